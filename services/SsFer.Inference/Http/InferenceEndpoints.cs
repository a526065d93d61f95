using SsFer.Inference.Models;

namespace SsFer.Inference.Http;

/// <summary>What the endpoints do.</summary>
internal static class InferenceEndpoints
{
    private const string HowToPromote = "with POST /api/models/ID/promote at the Console, or ssfer models promote ID";

    /// <summary><c>POST /v1/expressions</c>.</summary>
    public static async Task<IResult> PostExpressionsAsync(
        HttpContext http,
        ProductionModel production,
        UploadReader uploads,
        RequestGate gate,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var turn = await gate.EnterAsync(cancellationToken); // for the upload, too: what is uploaded is held in memory
            RequireModel(production).Dispose(); // nobody uploads megabytes to be told that there is none
            var pictures = await uploads.ReadAsync(http.Request, cancellationToken);
            using var lease = RequireModel(production);
            return Results.Ok(
                new ExpressionsAnswer
                {
                    Model = lease.Pipeline.Model.Description.Id,
                    Pictures = await lease.Pipeline.AnswerAsync(pictures, gate.Pictures, cancellationToken),
                }
            );
        }
        catch (RequestRefusedException refusal)
        {
            return Refuse(http, refusal);
        }
    }

    /// <summary><c>GET /v1/model</c>.</summary>
    public static IResult GetModel(HttpContext http, ProductionModel production)
    {
        try
        {
            using var lease = RequireModel(production);
            var model = lease.Pipeline.Model;
            return Results.Ok(new ModelAnswer(model.Description.Id, model.Description.Classes, model.Size, lease.Since));
        }
        catch (RequestRefusedException refusal)
        {
            return Refuse(http, refusal);
        }
    }

    private static ModelLease RequireModel(ProductionModel production) =>
        production.TryLease() ?? throw RequestRefusedException.Unavailable(WhyNone(production));

    private static string WhyNone(ProductionModel production) =>
        production switch
        {
            { IsLoading: true } => "the model in production is being loaded: try again in a moment",
            { Refusal: { } refusal } =>
                $"model {refusal.Model} is in production and does not load: promote another one {HowToPromote}, or look at the "
                    + $"log of the service",
            _ => $"no model is in production yet: promote one {HowToPromote}",
        };

    private static IResult Refuse(HttpContext http, RequestRefusedException refusal)
    {
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        if (refusal.Status == StatusCodes.Status408RequestTimeout)
        {
            http.Response.Headers.Connection = "close"; // the rest of the request would still come on it
        }

        return refusal.ToResult();
    }
}
