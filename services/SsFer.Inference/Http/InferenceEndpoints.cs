using SsFer.Inference.Models;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>What the endpoints do.</summary>
internal static class InferenceEndpoints
{
    private const int RetryAfter = 1;
    private const string HowToPromote = "with POST /api/models/ID/promote at the Console, or ssfer models promote ID";

    /// <summary><c>POST /v1/expressions</c>.</summary>
    public static async Task<IResult> PostExpressionsAsync(
        HttpRequest request,
        ProductionModel production,
        PictureReader reader,
        RequestGate gate,
        RequestTelemetry telemetry,
        CancellationToken cancellationToken
    )
    {
        // For the upload, too: what is uploaded is held in memory.
        using var turn = await telemetry.MeasureAsync("queue", () => gate.EnterAsync(cancellationToken));
        RequireModel(production).Dispose(); // nobody uploads megabytes to be told that there is none
        var pictures = await telemetry.MeasureAsync("upload", () => reader.ReadAsync(request, cancellationToken));
        using var lease = RequireModel(production);
        var pipeline = lease.Pipeline;
        var found = await telemetry.MeasureAsync("faces", () => pipeline.SearchAsync(pictures, gate.Pictures, cancellationToken));
        return Results.Ok(
            new ExpressionsAnswer
            {
                Model = pipeline.Model.Description.Id,
                Pictures = await telemetry.MeasureAsync("classes", () => Task.FromResult(pipeline.Classify(found, cancellationToken))),
            }
        );
    }

    /// <summary><c>GET /v1/model</c>.</summary>
    public static IResult GetModel(ProductionModel production)
    {
        using var lease = RequireModel(production);
        var model = lease.Pipeline.Model;
        return Results.Ok(new ServedModelAnswer(model.Description.Id, model.Description.Classes, model.Size, lease.Since));
    }

    private static ModelLease RequireModel(ProductionModel production) =>
        production.TryLease() ?? throw RequestRefusedException.Busy(WhyNone(production), RetryAfter);

    private static string WhyNone(ProductionModel production) =>
        production switch
        {
            { IsLoading: true } => "the model in production is being loaded: try again in a moment",
            { Refusal: { } refusal } =>
                $"model {refusal.Model} is in production and does not load: promote another one {HowToPromote}, or look at the "
                    + $"log of the service",
            _ => $"no model is in production yet: promote one {HowToPromote}",
        };
}
