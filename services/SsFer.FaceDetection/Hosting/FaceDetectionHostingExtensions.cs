using Microsoft.Extensions.DependencyInjection.Extensions;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.StageHosting;

namespace SsFer.FaceDetection.Hosting;

/// <summary>Makes a process a worker for face detection.</summary>
public static class FaceDetectionHostingExtensions
{
    public static IHostApplicationBuilder AddFaceDetection(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(Stage);
        return builder.AddStageWorker<FaceDetectionStage, FaceDetectionAnnouncement>(StageKind.FaceDetection);
    }

    private static FaceDetectionStage Stage(IServiceProvider provider)
    {
        var (sink, time) = (provider.GetRequiredService<IStageProgressSink>(), provider.GetRequiredService<TimeProvider>());
        return new FaceDetectionStage(
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<CacheSpace>(),
            progress: claim => new PublishedPreparation(claim, sink, time)
        );
    }
}
