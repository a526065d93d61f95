using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using SsFer.Inference.Candidates;
using SsFer.Inference.Keeping;
using SsFer.Inference.Models;
using SsFer.ServiceDefaults.Access;

namespace SsFer.Inference.Http;

/// <summary>What answering takes.</summary>
internal sealed record AnsweringServices(
    [FromServices] ServedModels Models,
    [FromServices] PictureReader Reader,
    [FromServices] RequestGate Gate,
    [FromServices] WorkTime Work,
    [FromServices] RequestTelemetry Telemetry,
    [FromServices] IOptions<InferenceOptions> Options
);

/// <summary>What the endpoints do. The OpenAPI document takes the operations' summaries from here.</summary>
internal static class InferenceEndpoints
{
    /// <summary>Faces in pictures and their expressions.</summary>
    public static async Task<IResult> PostExpressionsAsync(
        HttpRequest request,
        [FromServices] TriedAnswers answers,
        [FromServices] PictureKeeper keeper,
        [AsParameters] AnsweringServices services
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
            var question = new Question(upload, query.Asked, gate.Pictures.Of(caller));
            var answer = await telemetry.MeasureAsync("answer", () =>
                answers.AnswerAsync(lease, isNamed: query.Model is not null, question, deadline)
            );
            RequestLog.Note(request.HttpContext, answer.Model);
            return Results.Ok(query.MayKeep ? await keeper.OfferAsync(upload.Pictures, answer, deadline.Token) : answer);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw deadline.Refusal();
        }
    }

    /// <summary>The model in production.</summary>
    public static IResult GetModel(HttpContext context, [FromServices] ServedModels models)
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
