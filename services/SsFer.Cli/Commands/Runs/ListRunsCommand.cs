using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
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
                var found = new List<Listed<RunStatus>>();
                await foreach (var id in runs.ListAsync(cancellationToken))
                {
                    if (await runs.FindListedAsync(id, cancellationToken) is { } run)
                    {
                        found.Add(run);
                    }
                }

                // What cannot be dated comes first: it wants attention.
                var lines = found.OrderByDescending(run => run.Value?.Spec.Created ?? DateTimeOffset.MaxValue).Select(RunLine.Of).ToList();
                session.Terminal.Show(lines, text => Table(lines).WriteTo(text));
                foreach (var line in lines.Where(line => line.Damage is not null))
                {
                    session.Terminal.Say($"warning: run '{line.Id}': {line.Damage}");
                }

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
                line.Recipe ?? "-",
                line.Created?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-",
                line.State is { } state ? RunText.Name(state) : "damaged",
                line.Stages is null ? "-" : string.Join(", ", line.Stages.Select(stage => $"{stage.Name} {RunText.Name(stage.State)}"))
            );
        }

        return table;
    }

    private sealed record StageLine(string Name, StageState State);

    private sealed record RunLine(string Id)
    {
        public string? Recipe { get; init; }

        public DateTimeOffset? Created { get; init; }

        public StageState? State { get; init; }

        public IReadOnlyList<StageLine>? Stages { get; init; }

        /// <summary>What is damaged; absent where nothing is.</summary>
        public string? Damage { get; init; }

        public static RunLine Of(Listed<RunStatus> run) =>
            run.Value is not { } sound
                ? new RunLine(run.Name) { Damage = run.Damage }
                : new RunLine(run.Name)
                {
                    Recipe = sound.Spec.RecipeName,
                    Created = sound.Spec.Created,
                    State = RunText.StateOf(sound),
                    Stages = [.. sound.Plan.Stages.Select(stage => new StageLine(stage.Name, sound.Stages[stage.Name].State))],
                };
    }
}
