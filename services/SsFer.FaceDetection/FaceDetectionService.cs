using Microsoft.Extensions.DependencyInjection.Extensions;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.StageHosting;

namespace SsFer.FaceDetection;

/// <summary>The stage as a part of a process; its completion is told as <see cref="DatasetPrepared"/>.</summary>
public static class FaceDetectionService
{
    public static IHostApplicationBuilder AddFaceDetection(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(provider => new FaceDetectionStage(
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<CacheSpace>(),
            observer: provider.GetRequiredService<IStageObserver>(),
            time: provider.GetRequiredService<TimeProvider>()
        ));
        return builder.AddStageWorker<FaceDetectionStage>(StageKind.FaceDetection, EventsOf);
    }

    private static IReadOnlyList<object> EventsOf(StageClaim claim)
    {
        var artifact = claim.Record.Artifact!;
        var version = DatasetReference.TryParseFolder(artifact.Path)!;
        var summary = PreparationSummary.Of(artifact);
        return
        [
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
        ];
    }
}
