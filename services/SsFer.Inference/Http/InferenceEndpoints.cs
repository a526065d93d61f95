using SsFer.Inference.Models;
using SsFer.ServiceDefaults.Access;
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
        WorkTime work,
        RequestTelemetry telemetry
    )
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        RequireModel(production).Dispose(); // nobody uploads megabytes to be told that there is none
        var caller = Caller.Of(request.HttpContext);
        using var upload = await telemetry.MeasureAsync("upload", () => ReceiveAsync(request, reader, gate, cancellationToken));
        using var deadline = work.Begin(cancellationToken);
        try
        {
            using var turn = await telemetry.MeasureAsync("queue", () => gate.EnterAsync(caller, deadline.Token));
            using var lease = RequireModel(production);
            RequestLog.Note(request.HttpContext, lease.Pipeline.Model.Description.Id);
            return Results.Ok(
                new ExpressionsAnswer
                {
                    Model = lease.Pipeline.Model.Description.Id,
                    Pictures = await telemetry.MeasureAsync("answer", () =>
                        lease.Pipeline.AnswerAsync(upload.Pictures, gate.Pictures.Of(caller), deadline.Token)
                    ),
                }
            );
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw deadline.Refusal();
        }
    }

    /// <summary><c>GET /v1/model</c>.</summary>
    public static IResult GetModel(HttpContext context, ProductionModel production)
    {
        using var lease = RequireModel(production);
        var model = lease.Pipeline.Model;
        RequestLog.Note(context, model.Description.Id);
        return Results.Ok(new ServedModelAnswer(model.Description.Id, model.Description.Classes, model.Size, lease.Since));
    }

    /// <summary>Holds a place among those that arrive and no turn: a slow client keeps nobody from working.</summary>
    private static async Task<Upload> ReceiveAsync(
        HttpRequest request,
        PictureReader reader,
        RequestGate gate,
        CancellationToken cancellationToken
    )
    {
        using var place = await gate.ArriveAsync(Caller.Of(request.HttpContext), cancellationToken);
        return await reader.ReadAsync(request, cancellationToken);
    }

    private static ModelLease RequireModel(ProductionModel production) =>
        production.TryLease() ?? throw RequestRefusedException.Busy(ReasonForNoModel(production), RetryAfter);

    private static string ReasonForNoModel(ProductionModel production) =>
        production switch
        {
            { IsLoading: true } => "the model in production is being loaded: try again in a moment",
            { Refusal: { } refusal } =>
                $"model {refusal.Model} is in production and does not load: promote another one {HowToPromote}, or look at the "
                    + $"log of the service",
            _ => $"no model is in production yet: promote one {HowToPromote}",
        };
}
