using System.CommandLine;
using SsFer.Artifacts.Runs;

namespace SsFer.Cli.Commands.Runs;

/// <summary><c>ssfer runs retry RUN</c>.</summary>
internal static class RetryRunCommand
{
    public static Command Create()
    {
        var run = RunReport.Argument();
        return new Command("retry", "Sets failed and cancelled stages back, to go on from their last checkpoint") { run }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var runs = new RunStore(session.Store);
                var id = arguments.GetRequiredValue(run);
                if (!await runs.RetryAsync(id, cancellationToken))
                {
                    session.Terminal.Say($"no stage of run {id} failed or was cancelled: nothing to retry");
                }

                RunReport.Show(session, await runs.LoadAsync(id, cancellationToken));
            }
        );
    }
}
