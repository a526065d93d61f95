using System.Text.Json;
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
        var figures = artifact.Summary!.Value.Deserialize<PreparedFigures>(JsonSerializerOptions.Web)!;
        return Task.FromResult<IReadOnlyList<object>>(
        [
            new DatasetPrepared
            {
                Run = claim.Spec.Id,
                Stage = claim.Stage.Name,
                Dataset = FaceDetectionParameters.Of(claim.Stage).Dataset,
                Version = artifact.Path[(artifact.Path.LastIndexOf('/') + 1)..],
                Size = figures.Size,
                Faces = figures.Faces,
                Rejected = figures.Rejected,
            },
        ]);
    }

    /// <summary>The stage's summary.</summary>
    private sealed record PreparedFigures(int Faces, int Rejected, int Size);
}
