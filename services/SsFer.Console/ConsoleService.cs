using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Console.Datasets;
using SsFer.Console.Events;
using SsFer.Console.Http;
using SsFer.Console.Labels;
using SsFer.Console.Models;
using SsFer.Console.Retraining;
using SsFer.Console.Runs;
using SsFer.Console.Start;
using SsFer.Contracts;
using SsFer.Importing;
using SsFer.Planning;
using SsFer.ServiceDefaults.Access;
using SsFer.ServiceDefaults.Http;
using SsFer.ServiceDefaults.Messaging;
using SsFer.StageHosting;

namespace SsFer.Console;

/// <summary>The parts of the service, for its own process or for one that hosts all services.</summary>
public static class ConsoleService
{
    /// <summary>Names the service's own OpenAPI document, apart from those of services in the same process.</summary>
    private const string Document = "console";

    public static IHostApplicationBuilder AddConsole(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddStageRecords();
        builder.AddApiKeys(forCallers: false);
        builder.AnswersTo(ResourceNames.Console);
        builder.AddMessaging(EventFeed.Subscribe);
        builder.AddMessaging(RetrainingWorker.Subscribe);
        var services = builder.Services;
        services.AddOptions<ConsoleOptions>().BindConfiguration(ConsoleOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ConsoleOptions>, ConsoleOptionsValidation>();
        services.AddOptions<RetrainingOptions>().BindConfiguration(RetrainingOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetrainingOptions>, RetrainingOptionsValidation>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new DatasetCatalog(provider.GetRequiredService<IArtifactStore>()));
        services.AddSingleton(provider => new ModelRegistry(
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new CandidateRegistry(
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new TrainedWeights(provider.GetRequiredService<IArtifactStore>()));
        services.AddSingleton<EventHub>();
        services.AddSingleton<ProgressBoard>();
        services.AddSingleton<EventPublisher>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton<HeldBodies>();
        services.AddSingleton<UploadFolders>();
        services.AddSingleton<UploadReader>();
        services.AddSingleton<DatasetImport>();
        services.AddSingleton<LabelReader>();
        services.AddSingleton<LabelStore>();
        services.AddSingleton<LabelIntake>();
        services.AddSingleton<RunPlanner>();
        services.AddSingleton<RunLauncher>();
        services.AddSingleton<RunCatalog>();
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<StartReader>();
        services.AddSingleton<RetrainingSettingsStore>();
        services.AddSingleton<LabelMerge>();
        services.AddSingleton<RetrainingPolicy>();
        services.AddSingleton<RetrainingObstacles>();
        services.AddSingleton<RetrainingPlanner>();
        services.AddSingleton<DecisionExecutor>();
        services.AddSingleton<Retrainer>();
        services.AddSingleton<RetrainingWorker>();
        services.AddSingleton<RetrainingService>();
        services.AddHostedService(provider => provider.GetRequiredService<RetrainingWorker>());
        services.AddOpenApi(Document, options => options.ShouldInclude = description => description.GroupName == Document);
        return builder;
    }

    /// <summary>The start page, everything under <c>/api</c>, and the document that describes it: <c>/api/openapi/console.json</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapConsole(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = endpoints
            .MapGroup("/api")
            .WithGroupName(Document)
            .AnswersProblems(fault => fault is ImportException)
            .TellsCommonRefusals();
        var stored = api.MapGroup("").TellsStoredRefusals();
        stored.MapDatasets();
        stored.MapLabels();
        stored.MapRetraining();
        stored.MapRuns();
        stored.MapModels();
        api.MapEvents();
        endpoints.MapStartPage();
        endpoints.MapOpenApi("/api/openapi/{documentName}.json");
        return endpoints;
    }
}
