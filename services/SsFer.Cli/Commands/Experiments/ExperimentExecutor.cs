using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Commands.Training;
using SsFer.Cli.Terminal;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Experiments;

/// <summary>
/// Does the runs of a table that nobody has done. Several processes over one store share the work: what another has begun is left to it
/// until nothing else remains.
/// </summary>
internal sealed class ExperimentExecutor(CommandSession session, RunExecutor executor)
{
    private readonly RunStore _runs = new(session.Store);

    /// <summary>Refuses a table of which any run could not be carried out, before the first begins.</summary>
    /// <exception cref="InvalidRequestException">Names the run and the cure.</exception>
    public async Task CheckAsync(ExperimentRuns runs, CancellationToken cancellationToken)
    {
        var planner = new RunPlanner(session.Store, session.Time);
        var versions = new FaceVersions(new DatasetCatalog(session.Store));
        foreach (var run in runs.All)
        {
            try
            {
                await planner.DraftAsync(WithItsOwnEncoder(run.Request), versions, cancellationToken);
            }
            catch (InvalidRequestException refusal)
            {
                throw new UsageException($"{run.Id}: {refusal.Message}");
            }
        }
    }

    public async Task ExecuteAsync(ExperimentRuns runs, CancellationToken cancellationToken)
    {
        var all = runs.All.ToList();
        while (await NextAsync(all, cancellationToken) is { } next)
        {
            session.Terminal.Say($"run {next.Id}");
            await executor.CreateAsync(next.Request, cancellationToken);
            await executor.ExecuteAsync(next.Id, cancellationToken);
        }
    }

    /// <summary>
    /// The first that can begin and that nobody works on; else the first that somebody does, to be waited for or taken over.
    /// </summary>
    private async Task<ExperimentRun?> NextAsync(List<ExperimentRun> all, CancellationToken cancellationToken)
    {
        ExperimentRun? begun = null;
        var completed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in all)
        {
            var status = await _runs.TryLoadAsync(run.Id, cancellationToken);
            if (status is { IsCompleted: true })
            {
                completed.Add(run.Id);
            }
            else if (run.Request.StartRun is { } start && !completed.Contains(start))
            {
                continue;
            }
            else if (status?.Stages.Values.Any(stage => stage.State == StageState.Running) ?? false)
            {
                begun ??= run;
            }
            else
            {
                return run;
            }
        }

        return begun;
    }

    /// <summary>The encoder is not there yet: what there is to check is the same for a run that makes its own.</summary>
    private static RunRequest WithItsOwnEncoder(RunRequest request) =>
        request.StartRun is null ? request : request with { StartRun = null, Stages = [StageKind.Pretraining, .. request.Stages] };
}
