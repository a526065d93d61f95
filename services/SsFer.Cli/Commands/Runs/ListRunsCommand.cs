using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Runs;

/// <summary><c>ssfer runs list</c>.</summary>
internal static class ListRunsCommand
{
    public static Command Create() =>
        new Command("list", "All runs, the newest first").Does(
            async (session, _, cancellationToken) =>
            {
                var runs = new RunStore(session.Store);
                var statuses = new List<RunStatus>();
                await foreach (var id in runs.ListAsync(cancellationToken))
                {
                    if (await runs.TryLoadAsync(id, cancellationToken) is { } status)
                    {
                        statuses.Add(status);
                    }
                }

                var lines = statuses.OrderByDescending(status => status.Spec.Created).Select(RunLine.Of).ToList();
                session.Terminal.Show(lines, text => Table(lines).WriteTo(text));
                if (lines.Count == 0)
                {
                    session.Terminal.Say($"the store {session.Store.Root} holds no run yet: ssfer train --help");
                }
            }
        );

    private static TextTable Table(IEnumerable<RunLine> lines)
    {
        var table = new TextTable("run", "recipe", "created (UTC)", "state", "stages");
        foreach (var line in lines)
        {
            table.Add(
                line.Id,
                line.Recipe,
                line.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                RunText.Name(line.State),
                string.Join(", ", line.Stages.Select(stage => $"{stage.Name} {RunText.Name(stage.State)}"))
            );
        }

        return table;
    }

    private sealed record StageLine(string Name, StageState State);

    private sealed record RunLine(string Id, string Recipe, DateTimeOffset Created, StageState State, IReadOnlyList<StageLine> Stages)
    {
        public static RunLine Of(RunStatus run) =>
            new(
                run.Spec.Id,
                run.Spec.RecipeName,
                run.Spec.Created,
                RunText.StateOf(run),
                [.. run.Plan.Stages.Select(stage => new StageLine(stage.Name, run.Stages[stage.Name].State))]
            );
    }
}
