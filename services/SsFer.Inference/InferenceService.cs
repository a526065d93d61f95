using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Kept;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Inference.Candidates;
using SsFer.Inference.Http;
using SsFer.Inference.Keeping;
using SsFer.Inference.Law;
using SsFer.Inference.Models;
using SsFer.Inference.Streams;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Access;
using SsFer.ServiceDefaults.Http;
using SsFer.ServiceDefaults.Messaging;
using SsFer.ServiceDefaults.Storage;

namespace SsFer.Inference;

/// <summary>The parts of the service, for its own process or for one that hosts all services.</summary>
public static class InferenceService
{
    /// <summary>Names the service's own OpenAPI document, apart from those of services in the same process.</summary>
    private const string Document = "inference";

    /// <summary>Adds the service, with the store and the bus from their connection strings.</summary>
    public static IHostApplicationBuilder AddInference(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (builder.IsAlone())
        {
            services.AddSingleton<IArtifactStore, NoStore>();
            services.TryAddSingleton(TimeProvider.System);
        }
        else
        {
            builder.AddArtifactStore();
            builder.AddMessaging(ProductionWatch.Subscribe);
        }

        builder.AddApiKeys(forCallers: true);
        builder.AnswersTo(ResourceNames.Inference);
        services.AddOptions<InferenceOptions>().BindConfiguration(InferenceOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InferenceOptions>, InferenceOptionsValidation>();
        services.AddSingleton<IValidateOptions<InferenceOptions>, DeclaredPurpose>();
        services.AddSingleton<IValidateOptions<InferenceOptions>, KeepingRules>();
        services.AddTransient<IStartupFilter, RequestLog>();
        services.TryAddSingleton<ModelRegistry>();
        services.AddCandidates();
        services.AddSingleton<ModelLoader>();
        services.AddSingleton<ProductionModel>();
        services.AddSingleton<NamedModels>();
        services.AddSingleton<ServedModels>();
        services.AddSingleton<ProductionWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ProductionWatch>());
        services.AddSingleton<PictureReader>();
        services.AddSingleton<RequestGate>();
        services.AddSingleton<RequestTelemetry>();
        services.AddSingleton<WorkTime>();
        services.AddSingleton<KeptPictureStore>();
        services.AddSingleton<PictureKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<PictureKeeper>());
        services.AddHostedService<KeptPictureSweep>();
        services.AddHealthChecks().AddCheck<ProductionCheck>(ProductionCheck.Name);
        builder.WorksThroughOutages(ProductionCheck.Name); // what answers needs is in memory
        services.AddOpenApi(Document, options =>
        {
            options.ShouldInclude = description => description.GroupName == Document;
            options.DescribesTheWhole();
        });
        return builder;
    }

    /// <summary>
    /// Whether somebody tries the service by itself, with neither a store nor a broker: the built-in model needs none. Where it is
    /// deployed a connection that is missing is a mistake.
    /// </summary>
    private static bool IsAlone(this IHostApplicationBuilder builder) =>
        builder.Environment.IsDevelopment()
        && ((string[])[ResourceNames.Blobs, ResourceNames.Messaging]).All(name =>
            string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(name))
        );

    /// <summary>
    /// <c>POST /v1/expressions</c>, <c>GET /v1/model</c>, the document that describes them, <c>/v1/openapi/inference.json</c>, and a page
    /// to try them on, <c>/try</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapInference(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints
            .MapGroup("/v1")
            .WithGroupName(Document)
            .WithTags("Expressions")
            .RequireAuthorization(AccessPolicies.AnyKey)
            .AnswersProblems()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status500InternalServerError)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group
            .MapPost("/expressions", InferenceEndpoints.PostExpressionsAsync)
            .WithName("PostExpressions")
            .RequireAuthorization(AccessPolicies.Predict)
            .Produces<ExpressionsAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status408RequestTimeout)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .DescribesExpressions();
        group
            .MapPost("/expressions/stream", ExpressionStream.PostAsync)
            .WithName("PostExpressionStream")
            .RequireAuthorization(AccessPolicies.Predict)
            .Produces<FrameAnswer>(StatusCodes.Status200OK, ExpressionStream.MediaType)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .DescribesStream();
        group.MapGet("/model", InferenceEndpoints.GetModel).WithName("GetServedModel").Produces<ServedModelAnswer>().DescribesModel();
        endpoints.MapOpenApi("/v1/openapi/{documentName}.json").RequireAuthorization(AccessPolicies.AnyKey);
        endpoints.MapTryPage();
        return endpoints;
    }
}
