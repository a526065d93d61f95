using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Commands;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Messaging;
using SsFer.ServiceDefaults.Storage;

namespace SsFer.StageHosting;

/// <summary>Makes a process a worker for kinds of stages.</summary>
public static class StageHostingExtensions
{
    /// <summary>
    /// Adds a kind of stage to the process's one worker, with the queue that wakes it. The worker does one stage at a time, however
    /// many kinds it knows.
    /// </summary>
    /// <typeparam name="TStage">Does the work.</typeparam>
    /// <param name="builder">The service.</param>
    /// <param name="kind">The stage's own kind.</param>
    /// <param name="eventsOf">What its completion tells others, see <see cref="StageAnnouncement"/>.</param>
    public static IHostApplicationBuilder AddStageWorker<TStage>(
        this IHostApplicationBuilder builder,
        StageKind kind,
        Func<StageClaim, IReadOnlyList<object>> eventsOf
    )
        where TStage : class, IStage
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddStageRecords();
        // The message is acknowledged at once, however long the stage takes.
        builder.AddMessaging(heard =>
            heard.Share<RunStage>(ResourceNames.StageQueue(kind), (services, _) => services.GetRequiredService<WakeSignal>().Wake())
        );
        var services = builder.Services;
        services.TryAddSingleton<TStage>(); // a stage with settings of its own is registered before
        services.AddSingleton(provider =>
            provider
                .GetRequiredService<StageWatchdog>()
                .Wrap(provider.GetRequiredService<StageDrills>().Wrap(provider.GetRequiredService<TStage>()))
        );
        services.AddSingleton(new StageAnnouncement(kind, eventsOf));
        if (services.Any(service => service.ServiceType == typeof(StageWorker)))
        {
            return builder;
        }

        services.AddOptions<StageDrillOptions>().BindConfiguration(StageDrillOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StageDrillOptions>, StageDrillOptionsValidation>();
        services.AddSingleton<StageDrills>();
        services.AddSingleton<StageWatchdog>();
        services.AddSingleton<WakeSignal>();
        services.AddSingleton<StageTelemetry>();
        services.AddSingleton(provider => new StageRunner(
            provider.GetServices<IStage>(),
            provider.GetRequiredService<RunStore>(),
            provider.GetRequiredService<StageLedger>(),
            provider.GetRequiredService<TimeProvider>(),
            recorded: provider.GetRequiredService<StageDrills>().Recorded
        ));
        services.AddSingleton(provider => new StageLedger(
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<IOptions<StageProtocolOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<StageDrills>().Owner()
        ));
        services.AddSingleton<StageProgressPublisher>();
        services.AddSingleton<IStageObserver>(provider =>
            provider.GetRequiredService<StageDrills>().Wrap(provider.GetRequiredService<StageProgressPublisher>())
        );
        services.AddSingleton<StageAttempt>();
        services.AddSingleton<StageClaimer>();
        services.AddSingleton<StageWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<StageProgressPublisher>());
        services.AddHostedService<WaitingStagesMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<StageWorker>()); // last, so that it is told to stop first
        return builder;
    }

    /// <summary>
    /// What it takes to make runs and to wake those who do them: <see cref="RunStore"/> and <see cref="StageAnnouncer"/>; no worker.
    /// </summary>
    public static IHostApplicationBuilder AddStageRecords(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddArtifactStore();
        builder.AddMessaging();
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(StageAnnouncer)))
        {
            return builder;
        }

        services.AddOptions<StageWorkerOptions>().BindConfiguration(StageWorkerOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StageWorkerOptions>, StageWorkerOptionsValidation>();
        services.AddOptions<StageProtocolOptions>().BindConfiguration(StageProtocolValidation.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StageProtocolOptions>, StageProtocolValidation>());
        services.AddSingleton<RunStore>();
        services.AddSingleton<StageAnnouncer>();
        return builder;
    }
}
