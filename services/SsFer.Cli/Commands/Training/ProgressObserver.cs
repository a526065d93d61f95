using System.Globalization;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Terminal;
using SsFer.Contracts;
using SsFer.Contracts.Events;

namespace SsFer.Cli.Commands.Training;

/// <summary>Shows stages at the terminal: a line at their start, then progress in images with loss and waiting time.</summary>
internal sealed class ProgressObserver(CommandTerminal terminal, IProgressDisplay display) : IStageObserver
{
    public void Started(string run, string stage, long firstStep, long totalSteps, string facts) =>
        terminal.Say(firstStep > 0 ? $"{stage}: resumes at step {firstStep} of {totalSteps}; {facts}" : $"{stage}: {facts}");

    public void Progressed(StageProgressed progress)
    {
        long perStep = progress.ImagesPerStep ?? 1;
        var (done, total) = (progress.Step * perStep, progress.TotalSteps * perStep);
        display.Report(new ProgressUpdate(progress.Stage, done, total, "images", NoteOf(progress.Metrics)));
    }

    public void Working() { } // seen by whoever looks at the screen

    public void Noted(string run, string stage, string note) => terminal.Say($"{stage}: {note}");

    private static string NoteOf(IReadOnlyDictionary<string, double> metrics)
    {
        if (!metrics.TryGetValue(MetricNames.Loss, out var loss))
        {
            return ""; // the stage trains nothing: it prepares faces
        }

        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"loss {loss:0.000}, epoch {metrics[MetricNames.Epoch]:0.0}, " + $"waited {metrics[MetricNames.WaitingForData]:P1}"
        );
        if (metrics.TryGetValue("kappa", out var kappa))
        {
            note += string.Create(CultureInfo.InvariantCulture, $", kappa {kappa:0.00}");
        }

        if (metrics.TryGetValue("pseudoLabelsKept", out var kept))
        {
            double known = metrics["pseudoLabelsKnown"],
                right = metrics["pseudoLabelsRight"];
            note +=
                string.Create(CultureInfo.InvariantCulture, $", pseudo-labels kept {kept:P0}")
                + (known > 0 ? string.Create(CultureInfo.InvariantCulture, $", right {right / known:P0}") : "");
        }

        return note;
    }
}
