using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using SsFer.Artifacts.Models;
using SsFer.Contracts;
using SsFer.Inference.Http;
using SsFer.Inference.Law;
using SsFer.Inference.Models;
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
        builder.AddArtifactStore();
        builder.AddApiKeys(forCallers: true);
        builder.AnswersTo(ResourceNames.Inference);
        builder.AddMessaging(ProductionWatch.Subscribe);
        var services = builder.Services;
        services.AddOptions<InferenceOptions>().BindConfiguration(InferenceOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InferenceOptions>, InferenceOptionsValidation>();
        services.AddSingleton<IValidateOptions<InferenceOptions>, DeclaredPurpose>();
        services.AddTransient<IStartupFilter, RequestLog>();
        services.TryAddSingleton<ModelRegistry>();
        services.AddSingleton<ProductionModel>();
        services.AddSingleton<ProductionWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ProductionWatch>());
        services.AddSingleton<PictureReader>();
        services.AddSingleton<RequestGate>();
        services.AddSingleton<RequestTelemetry>();
        services.AddSingleton<WorkTime>();
        services.AddHealthChecks().AddCheck<ProductionCheck>(ProductionCheck.Name);
        builder.WorksThroughOutages(ProductionCheck.Name); // what answers needs is in memory
        services.AddOpenApi(Document, options => options.ShouldInclude = description => description.GroupName == Document);
        return builder;
    }

    /// <summary>
    /// <c>POST /v1/expressions</c>, <c>GET /v1/model</c> and the document that describes them, <c>/v1/openapi/inference.json</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapInference(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints
            .MapGroup("/v1")
            .WithGroupName(Document)
            .RequireAuthorization(AccessPolicies.AnyKey)
            .AnswersProblems()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status500InternalServerError)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group
            .MapPost("/expressions", InferenceEndpoints.PostExpressionsAsync)
            .WithName("PostExpressions")
            .WithSummary("Faces in pictures and their expressions")
            .RequireAuthorization(AccessPolicies.Predict)
            .Produces<ExpressionsAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status408RequestTimeout)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .AddOpenApiOperationTransformer(
                (operation, _, _) =>
                {
                    operation.RequestBody = Pictures();
                    return Task.CompletedTask;
                }
            );
        group
            .MapGet("/model", InferenceEndpoints.GetModel)
            .WithName("GetServedModel")
            .WithSummary("The model in production")
            .Produces<ServedModelAnswer>();
        endpoints.MapOpenApi("/v1/openapi/{documentName}.json").RequireAuthorization(AccessPolicies.AnyKey);
        return endpoints;
    }

    private static OpenApiRequestBody Pictures()
    {
        var picture = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "images" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["images"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = picture },
            },
        };
        return new OpenApiRequestBody
        {
            Required = true,
            Description =
                "One or more pictures (PNG, JPEG, WebP; GIF and TIFF where the service is set to take them) in parts named images, or one "
                + "picture as the body itself",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new() { Schema = form },
                ["image/*"] = new() { Schema = picture },
            },
        };
    }
}
