using Microsoft.Extensions.Options;
using SsFer.Inference.Keeping;
using SsFer.Inference.Models;
using SsFer.ServiceDefaults.Access;

namespace SsFer.Inference.Http;

/// <summary>What answering takes.</summary>
internal sealed record AnsweringServices(
    ServedModels Models,
    PictureReader Reader,
    RequestGate Gate,
    WorkTime Work,
    RequestTelemetry Telemetry,
    IOptions<InferenceOptions> Options
);

/// <summary>What the endpoints do.</summary>
internal static class InferenceEndpoints
{
    /// <summary><c>POST /v1/expressions</c>.</summary>
    public static async Task<IResult> PostExpressionsAsync(
        HttpRequest request,
        [AsParameters] AnsweringServices services,
        PictureKeeper keeper
    )
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var (models, gate, telemetry) = (services.Models, services.Gate, services.Telemetry);
        var query = ExpressionsQuery.Of(request.Query, services.Options.Value);
        models.RequireAny(query.Model);
        var caller = Caller.Of(request.HttpContext);
        using var upload = await telemetry.MeasureAsync("upload", () => ReceiveAsync(request, services.Reader, gate, cancellationToken));
        using var deadline = services.Work.Begin(cancellationToken);
        try
        {
            using var lease = await models.LeaseAsync(query.Model, deadline.Token); // before the turn: it may have to be loaded
            using var turn = await telemetry.MeasureAsync("queue", () => gate.EnterAsync(caller, deadline.Token));
            RequestLog.Note(request.HttpContext, lease.Pipeline.Model.Description.Id);
            var clock = services.Work.NewClock();
            var pictures = await telemetry.MeasureAsync("answer", () =>
                lease.Pipeline.AnswerAsync(upload.Pictures, query.Asked, gate.Pictures.Of(caller), clock, deadline.Token)
            );
            telemetry.Answered(lease, pictures);
            if (query.MayKeep)
            {
                pictures = await keeper.OfferAsync(lease.Pipeline.Model, upload.Pictures, pictures, deadline.Token);
            }

            return Results.Ok(ExpressionsAnswer.Of(lease.Pipeline.Model, lease.Version.Promotion, pictures, clock));
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw deadline.Refusal();
        }
    }

    /// <summary><c>GET /v1/model</c>.</summary>
    public static IResult GetModel(HttpContext context, ServedModels models)
    {
        using var lease = models.LeaseProduction();
        var model = lease.Pipeline.Model;
        RequestLog.Note(context, model.Description.Id);
        return Results.Ok(
            new ServedModelAnswer
            {
                Id = model.Description.Id,
                Version = lease.Version.Promotion,
                Digest = model.Digest,
                Classes = model.Description.Classes,
                Size = model.Size,
                Since = lease.Version.Since,
                Card = lease.Version.Card,
            }
        );
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
}
