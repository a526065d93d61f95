using SsFer.Artifacts.Runs;
using SsFer.Cli.Commands.Training;

namespace SsFer.Cli.Commands.Experiments;

/// <summary>
/// Does the runs of a table that nobody has done. Several processes over one store share the work: what another has begun is left to it
/// until nothing else remains. One that fails keeps no other from being done, but those that start from it.
/// </summary>
internal sealed class ExperimentExecutor(CommandSession session, RunExecutor executor, ExperimentPlan plan)
{
    private readonly RunStore _runs = new(session.Store);
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal); // name and reason by id

    /// <returns>A line for each run that failed.</returns>
    public async Task<IReadOnlyCollection<string>> ExecuteAsync(ExperimentRuns runs, CancellationToken cancellationToken)
    {
        var cells = runs.Cells.ToList();
        while (await NextAsync(cells, cancellationToken) is { } next)
        {
            session.Terminal.Say($"run {next.Id}: {next.Name}");
            try
            {
                await executor.CreateAsync(next.Request, cancellationToken);
                await executor.ExecuteAsync(next.Id, cancellationToken);
            }
            catch (StageFailedException failure)
            {
                _failures[next.Id] = $"{next.Name}: {failure.Message}";
                session.Terminal.Say($"error: {failure.Message}; the others go on");
            }
        }

        return _failures.Values;
    }

    /// <summary>The first that nobody has begun; else the first that somebody has, to be waited for or taken over.</summary>
    private async Task<ExperimentRun?> NextAsync(List<ExperimentCell> cells, CancellationToken cancellationToken)
    {
        ExperimentRun? begun = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var cell in cells)
        {
            var run = await plan.NextOfAsync(cell, cancellationToken);
            if (_failures.ContainsKey(run.Id) || !seen.Add(run.Id))
            {
                continue;
            }

            switch (await _runs.TryLoadAsync(run.Id, cancellationToken))
            {
                case null:
                    return run;
                case { IsCompleted: false }:
                    begun ??= run;
                    break;
            }
        }

        return begun;
    }
}
