using System.Globalization;
using SsFer.Cli.Terminal;
using SsFer.Learning.Training;
using SsFer.Stages;

namespace SsFer.Cli.Commands.Training;

/// <summary>Shows stages at the terminal: a line at their start, then progress in images with loss and waiting time.</summary>
internal sealed class ProgressObserver(CommandTerminal terminal, IProgressDisplay display) : IStageObserver
{
    public void Started(string run, string stage, long firstStep, long totalSteps, string facts) =>
        terminal.Say(firstStep > 0 ? $"{stage}: resumes at step {firstStep} of {totalSteps}; {facts}" : $"{stage}: {facts}");

    public void Progressed(string run, string stage, TrainingMetrics metrics)
    {
        long perStep = metrics.ImagesPerStep;
        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"loss {metrics.Values["loss"]:0.000}, epoch {metrics.Epoch:0.0}, waited {metrics.WaitingForData:P1}"
        );
        if (metrics.Values.TryGetValue("kappa", out var kappa))
        {
            note += string.Create(CultureInfo.InvariantCulture, $", kappa {kappa:0.00}");
        }

        if (metrics.Values.TryGetValue("pseudoLabelsKept", out var kept))
        {
            double known = metrics.Values["pseudoLabelsKnown"],
                right = metrics.Values["pseudoLabelsRight"];
            note +=
                string.Create(CultureInfo.InvariantCulture, $", pseudo-labels kept {kept:P0}")
                + (known > 0 ? string.Create(CultureInfo.InvariantCulture, $", right {right / known:P0}") : "");
        }

        display.Report(new ProgressUpdate(stage, metrics.Step * perStep, metrics.TotalSteps * perStep, "images", note));
    }

    public void Noted(string run, string stage, string note) => terminal.Say($"{stage}: {note}");
}
