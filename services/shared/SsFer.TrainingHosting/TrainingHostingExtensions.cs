using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.StageHosting;
using SsFer.Stages;

namespace SsFer.TrainingHosting;

/// <summary>Makes a process a worker for stages that compute with models.</summary>
public static class TrainingHostingExtensions
{
    /// <summary>Adds the stage to the process's worker, with the <see cref="StageEnvironment"/> that the training stages share.</summary>
    /// <typeparam name="TStage">Does the work.</typeparam>
    /// <typeparam name="TAnnouncement">Tells others of its completion.</typeparam>
    /// <param name="builder">The service.</param>
    /// <param name="kind">The stage's own kind.</param>
    public static IHostApplicationBuilder AddTrainingStage<TStage, TAnnouncement>(this IHostApplicationBuilder builder, StageKind kind)
        where TStage : class, IStage
        where TAnnouncement : class, IStageAnnouncement
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<ComputeOptions>().BindConfiguration(ComputeOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ComputeOptions>, ComputeOptionsValidation>());
        services.TryAddSingleton<IStageObserver, HostedStageObserver>();
        services.TryAddSingleton(Environment);
        return builder.AddStageWorker<TStage, TAnnouncement>(kind);
    }

    private static StageEnvironment Environment(IServiceProvider provider)
    {
        var compute = provider.GetRequiredService<IOptions<ComputeOptions>>().Value;
        return new StageEnvironment
        {
            Store = provider.GetRequiredService<IArtifactStore>(),
            Cache = provider.GetRequiredService<CacheSpace>(),
            Device = compute.Device,
            Precision = compute.ParsedPrecision!.Value,
            AcceptOtherCompute = compute.AcceptOther,
            Time = provider.GetRequiredService<TimeProvider>(),
            Observer = provider.GetRequiredService<IStageObserver>(),
        };
    }
}
