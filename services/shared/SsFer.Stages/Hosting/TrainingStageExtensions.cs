using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.StageHosting;

namespace SsFer.Stages.Hosting;

/// <summary>Makes a process a worker for stages that compute with models.</summary>
public static class TrainingStageExtensions
{
    /// <summary>Adds the stage to the process's worker, with the <see cref="StageEnvironment"/> that the training stages share.</summary>
    /// <typeparam name="TStage">Does the work.</typeparam>
    /// <param name="builder">The service.</param>
    /// <param name="kind">The stage's own kind.</param>
    /// <param name="eventsOf">What its completion tells others, see <see cref="StageAnnouncement"/>.</param>
    public static IHostApplicationBuilder AddTrainingStage<TStage>(
        this IHostApplicationBuilder builder,
        StageKind kind,
        Func<StageClaim, IReadOnlyList<object>> eventsOf
    )
        where TStage : class, IStage
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<ComputeOptions>().BindConfiguration(ComputeOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ComputeOptions>, ComputeOptionsValidation>());
        services.TryAddSingleton(Environment);
        return builder.AddStageWorker<TStage>(kind, eventsOf);
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
