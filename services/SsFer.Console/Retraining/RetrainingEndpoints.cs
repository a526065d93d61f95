using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using SsFer.Console.Datasets;
using SsFer.Console.Http;

namespace SsFer.Console.Retraining;

/// <summary>How a dataset is retrained, and the labels that wait.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="HeldOut">The faces that every model is evaluated on, NAME/VERSION:split.</param>
/// <param name="WaitingLabels">Labels that no version has yet.</param>
/// <param name="OldestWaiting">When the first of them was added.</param>
/// <param name="LastDecision">The last time labels were enough; null where they never were.</param>
/// <param name="Blocked">Why labels that are enough are not trained on, and the cure; null where nothing is in the way.</param>
public sealed record RetrainingAnswer(
    RetrainingBody Settings,
    string HeldOut,
    int WaitingLabels,
    DateTimeOffset? OldestWaiting,
    DecisionAnswer? LastDecision,
    RetrainingObstacle? Blocked
);

/// <summary>That labels were enough, and what became of it.</summary>
/// <param name="Decided">When.</param>
/// <param name="Basis">The version that the labels were applied to.</param>
/// <param name="Batches">How many batches of labels the next version has, those of earlier decisions included.</param>
/// <param name="LabelsWithoutFace">New labels of pictures in which no face was found: no run learns from them.</param>
/// <param name="IsCarriedOut">Whether that version is current and its run is started.</param>
public sealed record DecisionAnswer(DateTimeOffset Decided, string Basis, int Batches, int LabelsWithoutFace, bool IsCarriedOut);

/// <summary><c>/api/datasets/{name}/retraining</c>.</summary>
internal static class RetrainingEndpoints
{
    public static void MapRetraining(this IEndpointRouteBuilder api)
    {
        api.MapPut("/datasets/{name}/retraining", PutAsync)
            .WithName("PutRetraining")
            .WithSummary("Sets how the dataset's new labels are trained on")
            .TakesBody<RetrainingBody>()
            .Produces<RetrainingAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("/datasets/{name}/retraining", GetAsync)
            .WithName("GetRetraining")
            .WithSummary("How the dataset is retrained, the labels that wait, and what keeps them waiting")
            .Produces<RetrainingAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> PutAsync(
        string name,
        HttpRequest request,
        [FromServices] RetrainingService retraining,
        [FromServices] IOptions<ConsoleOptions> options,
        CancellationToken cancellationToken
    )
    {
        DatasetEndpoints.RequireName(name);
        var body = await RequestBody.ReadJsonAsync<RetrainingBody>(request, options.Value.MaxDocumentBytes, cancellationToken);
        return Results.Ok(await retraining.ChangeAsync(name, body, cancellationToken));
    }

    private static async Task<IResult> GetAsync(
        string name,
        [FromServices] RetrainingService retraining,
        CancellationToken cancellationToken
    ) => Results.Ok(await retraining.ShowAsync(DatasetEndpoints.RequireName(name), cancellationToken));
}
