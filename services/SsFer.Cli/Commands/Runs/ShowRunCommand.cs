using System.CommandLine;
using SsFer.Artifacts.Runs;

namespace SsFer.Cli.Commands.Runs;

/// <summary><c>ssfer runs show RUN</c>.</summary>
internal static class ShowRunCommand
{
    public static Command Create()
    {
        var run = RunReport.Argument();
        return new Command("show", "A run's stages, how far they are, and their figures") { run }.Does(
            async (session, arguments, cancellationToken) =>
                RunReport.Show(session, await new RunStore(session.Store).LoadAsync(arguments.GetRequiredValue(run), cancellationToken))
        );
    }
}
