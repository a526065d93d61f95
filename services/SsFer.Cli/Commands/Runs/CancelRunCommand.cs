using System.CommandLine;
using SsFer.Artifacts.Runs;

namespace SsFer.Cli.Commands.Runs;

/// <summary><c>ssfer runs cancel RUN</c>.</summary>
internal static class CancelRunCommand
{
    public static Command Create()
    {
        var run = RunReport.Argument();
        return new Command("cancel", "Stops a run: waiting stages at once, a running one at its next heartbeat") { run }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var runs = new RunStore(session.Store);
                var id = arguments.GetRequiredValue(run);
                await runs.RequestCancelAsync(id, cancellationToken);
                RunReport.Show(session, await runs.LoadAsync(id, cancellationToken));
            }
        );
    }
}
