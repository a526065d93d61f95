using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Runs;

/// <summary>One run, as <c>show</c>, <c>cancel</c> and <c>retry</c> leave it.</summary>
internal static class RunReport
{
    /// <summary>The run that a command is about.</summary>
    public static Argument<string> Argument() => new("RUN") { Description = "Id of the run" };

    public static void Show(CommandSession session, RunStatus run) => session.Terminal.Show(run, text =>
        {
            text.WriteLine($"{run.Spec.Id}: recipe {run.Spec.RecipeName}, seed {run.Spec.Seed}, {RunText.Name(RunText.StateOf(run))}");
            if (run.Spec.Labelled is { } labelled)
            {
                text.WriteLine($"  labelled {labelled}, {run.Spec.Labels ?? "all"} labels");
            }

            if (run.Spec.Unlabelled.Count > 0)
            {
                text.WriteLine($"  unlabelled {string.Join(", ", run.Spec.Unlabelled)}");
            }

            if (run.Spec.Validation is { } validation)
            {
                text.WriteLine($"  validation {validation}");
            }

            var table = new TextTable("stage", "state", "attempt", "step", "figures");
            foreach (var stage in run.Plan.Stages)
            {
                var record = run.Stages[stage.Name];
                table.Add(
                    stage.Name,
                    RunText.Name(record.State) + (record.CancelRequested ? ", to be cancelled" : ""),
                    record.Attempt.ToString(CultureInfo.InvariantCulture),
                    ProgressText.Count(record.Checkpoint?.Step ?? 0),
                    RunText.Figures(record)
                );
            }

            table.WriteTo(text, "  ");
        });
}
