using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Faces.Detection;

namespace SsFer.FaceDetection;

/// <summary>
/// Raw pictures to prepared faces, as a stage of a run (<see cref="FaceDetectionParameters"/> say of what). Its shards are its
/// checkpoints: they stand in the dataset's draft, not under the claim's paths, since they depend on the pictures alone and serve
/// whoever prepares these next. A worker that lost its claim cannot harm them (<see cref="DatasetWriter.ResumeAsync"/>).
/// </summary>
/// <param name="store">Holds the raw version and receives the prepared one.</param>
/// <param name="cache">Where shards of a remote store are kept while they are read.</param>
/// <param name="basis">What the stage's parameters leave open: budget, parallelism, shard size.</param>
/// <param name="observer">Is told after every picture; a picture is a step.</param>
/// <param name="time">Measures the rate.</param>
public sealed class FaceDetectionStage(
    IArtifactStore store,
    CacheSpace cache,
    PreparationOptions? basis = null,
    IStageObserver? observer = null,
    TimeProvider? time = null
) : IStage
{
    public StageKind Kind => StageKind.FaceDetection;

    /// <returns>The prepared version: <c>datasets/{name}/{version}</c>.</returns>
    /// <inheritdoc/>
    public async Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claim.Lost);
        var parameters = FaceDetectionParameters.Of(claim.Stage);
        var shards = new ShardProgress(claim, parameters, observer ?? IStageObserver.Silent, time ?? TimeProvider.System);
        try
        {
            var preparation = new PrepareDataset(store, cache);
            var manifest = await preparation.PrepareAsync(
                parameters.Dataset,
                parameters.Version,
                (basis ?? new PreparationOptions()) with
                {
                    Size = parameters.Size,
                    Detector = DetectorChoice.Parse(parameters.Detector),
                    Border = parameters.Border,
                    Margin = parameters.Margin,
                },
                shards,
                stop.Token
            );
            stop.Token.ThrowIfCancellationRequested(); // whoever holds the stage now publishes
            // Where the pictures were imported anew meanwhile the faces stay unpublished: the run finds them by the path below either way.
            await preparation.TryPublishAsync(manifest, parameters.Version, stop.Token);
            return new StageArtifact
            {
                Path = DatasetReference.FolderOf(manifest.Name, manifest.Version),
                Summary = new PreparationSummary(manifest.Pictures, manifest.Rejected.Count, parameters.Size).ToJson(),
            };
        }
        catch (Exception fault)
            when (fault is PreparationException or DetectorModelException or UnusableArtifactException or ArgumentException)
        {
            throw new PermanentStageException($"{parameters.Dataset}/{parameters.Version} cannot be prepared: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// Tells the stage's record of every stored shard: an attempt that got further counts as the first, however often the worker dies.
    /// </summary>
    private sealed class ShardProgress(StageClaim claim, FaceDetectionParameters parameters, IStageObserver observer, TimeProvider time)
        : IProgress<PreparationProgress>
    {
        private readonly long _began = time.GetTimestamp();
        private int? _first;
        private long _stored = claim.Record.Checkpoint?.Step ?? 0;

        public void Report(PreparationProgress value)
        {
            observer.Progressed(ProgressOf(value));
            if (value.Stored <= _stored)
            {
                return;
            }

            _stored = value.Stored;
            var pointer = new CheckpointPointer
            {
                Folder = DatasetReference.FolderOf(parameters.Dataset, "drafts"),
                Step = _stored,
                Files = [],
            };
            // The preparation waits, a fraction of a second in minutes; a claim that is lost stops it by its token.
            _ = claim.SaveCheckpointAsync(pointer, claim.Lost).GetAwaiter().GetResult();
        }

        private StageProgressed ProgressOf(PreparationProgress value)
        {
            _first ??= value.Done; // a resumed preparation begins with what an earlier one did
            var seconds = time.GetElapsedTime(_began).TotalSeconds;
            return new StageProgressed
            {
                Run = claim.Spec.Id,
                Stage = claim.Stage.Name,
                Kind = claim.Stage.Kind,
                Step = value.Done,
                TotalSteps = value.Total,
                ImagesPerSecond = seconds > 0 ? (value.Done - _first.Value) / seconds : 0,
                Metrics = new Dictionary<string, double>(StringComparer.Ordinal)
                {
                    ["noFace"] = value.NoFace,
                    ["severalFaces"] = value.SeveralFaces,
                    ["rejected"] = value.Rejected,
                    ["stored"] = value.Stored,
                },
            };
        }
    }
}
