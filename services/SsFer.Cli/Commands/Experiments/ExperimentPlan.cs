using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Experiments;

/// <summary>
/// Which run each place of a table is. Runs are called by a hash of what is asked for, so that one that two tables have is one run, and
/// what was trained with other settings is another.
/// </summary>
internal sealed class ExperimentPlan(ExperimentRuns runs, IArtifactStore store, TimeProvider time)
{
    private readonly RunPlanner _planner = new(store, time);
    private readonly RunStore _runs = new(store);
    private readonly FaceVersions _versions = new(new DatasetCatalog(store));
    private readonly Dictionary<string, string> _encoders = new(StringComparer.Ordinal); // id by recipe
    private readonly Dictionary<ExperimentCell, string> _known = [];

    /// <summary>Refuses a table of which any run could not be carried out, before the first begins.</summary>
    /// <exception cref="UsageException">Names the place and the cure.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var cell in runs.Cells)
        {
            try
            {
                var request = runs.RequestOf(cell);
                // The encoder is not there yet: what there is to check is the same for a run that makes its own.
                await _planner.DraftAsync(
                    cell.Row.Encoder ? request with { Stages = [StageKind.Pretraining, .. request.Stages] } : request,
                    _versions,
                    cancellationToken
                );
            }
            catch (InvalidRequestException refusal)
            {
                throw new UsageException($"{cell}: {refusal.Message}");
            }
        }
    }

    /// <summary>What is to be done next for a place: its encoder, or the run itself where that is there or not wanted.</summary>
    public async Task<ExperimentRun> NextOfAsync(ExperimentCell cell, CancellationToken cancellationToken)
    {
        var request = runs.RequestOf(cell);
        if (runs.EncoderOf(cell) is { } encoder)
        {
            var start = await IdOfAsync(encoder, cancellationToken);
            if (await _runs.TryLoadAsync(start, cancellationToken) is not { IsCompleted: true })
            {
                return new ExperimentRun(start, encoder, $"encoder of seed {cell.Seed}", IsEncoder: true);
            }

            request = request with { StartRun = start };
        }

        if (!_known.TryGetValue(cell, out var id))
        {
            _known[cell] = id = (await _planner.DraftAsync(request, _versions, cancellationToken)).Identity;
        }

        return new ExperimentRun(id, request, cell.ToString(), IsEncoder: false);
    }

    private async Task<string> IdOfAsync(RunRequest encoder, CancellationToken cancellationToken)
    {
        var key = encoder.Recipe.ToJson();
        if (!_encoders.TryGetValue(key, out var id))
        {
            _encoders[key] = id = (await _planner.DraftAsync(encoder, _versions, cancellationToken)).Identity;
        }

        return id;
    }
}

/// <summary>One run of a table.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Request">As the planner takes it.</param>
/// <param name="Name">As people know it.</param>
/// <param name="IsEncoder">Whether others start from it.</param>
internal sealed record ExperimentRun(string Id, RunRequest Request, string Name, bool IsEncoder);
