using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.StageHosting;

namespace SsFer.FaceDetection.Hosting;

/// <summary>A completed stage as <see cref="DatasetPrepared"/>.</summary>
public sealed class FaceDetectionAnnouncement : IStageAnnouncement
{
    public StageKind Kind => StageKind.FaceDetection;

    public Task<IReadOnlyList<object>> ComposeAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var artifact = claim.Record.Artifact!;
        var version = DatasetReference.TryParseFolder(artifact.Path)!;
        var summary = PreparationSummary.Of(artifact);
        return Task.FromResult<IReadOnlyList<object>>([
            new DatasetPrepared
            {
                Run = claim.Spec.Id,
                Stage = claim.Stage.Name,
                Dataset = version.Name,
                Version = version.Version,
                Size = summary.Size,
                Faces = summary.Faces,
                Rejected = summary.Rejected,
            },
        ]);
    }
}
