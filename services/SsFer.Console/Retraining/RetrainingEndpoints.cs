using Microsoft.Extensions.Options;
using SsFer.Artifacts.Datasets;
using SsFer.Control.Datasets;
using SsFer.Control.Http;

namespace SsFer.Control.Retraining;

/// <summary>How a dataset is retrained, and the labels that wait.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="HeldOut">The faces that every model is evaluated on, NAME/VERSION:split.</param>
/// <param name="WaitingLabels">Labels that no version has yet.</param>
/// <param name="OldestWaiting">When the first of them was added.</param>
public sealed record RetrainingAnswer(RetrainingBody Settings, string HeldOut, int WaitingLabels, DateTimeOffset? OldestWaiting);

/// <summary><c>/api/datasets/{name}/retraining</c>.</summary>
internal static class RetrainingEndpoints
{
    public static void MapRetraining(this IEndpointRouteBuilder api)
    {
        api.MapPut("/datasets/{name}/retraining", PutAsync).WithName("PutRetraining").WithSummary("Sets how the dataset's new labels are trained on")
            .TakesBody<RetrainingBody>().Produces<RetrainingAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        api.MapGet("/datasets/{name}/retraining", GetAsync).WithName("GetRetraining").WithSummary("How the dataset is retrained, and the labels that wait")
            .Produces<RetrainingAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> PutAsync(
        string name, HttpRequest request, RetrainingSettingsStore settings, RetrainingPolicy policy, DatasetCatalog catalog, RetrainingWorker worker,
        IOptions<ConsoleOptions> options, CancellationToken cancellationToken)
    {
        DatasetEndpoints.RequireName(name);
        var body = await RequestBody.ReadJsonAsync<RetrainingBody>(request, options.Value.MaxDocumentBytes, cancellationToken);
        var stored = await settings.PutAsync(name, body, cancellationToken);
        worker.Wake(); // labels may be waiting for it
        return Results.Ok(await AnswerAsync(name, stored, policy, catalog, cancellationToken));
    }

    private static async Task<IResult> GetAsync(
        string name, RetrainingSettingsStore settings, RetrainingPolicy policy, DatasetCatalog catalog, CancellationToken cancellationToken)
    {
        var stored = await settings.FindAsync(DatasetEndpoints.RequireName(name), cancellationToken)
            ?? throw RequestRefusedException.NotFound($"dataset '{name}' has no retraining settings: PUT /api/datasets/{name}/retraining sets them");
        return Results.Ok(await AnswerAsync(name, stored, policy, catalog, cancellationToken));
    }

    private static async Task<RetrainingAnswer> AnswerAsync(string name, RetrainingSettings stored, RetrainingPolicy policy, DatasetCatalog catalog, CancellationToken cancellationToken)
    {
        var basis = RetrainingDecision.BasisOf(await catalog.GetAsync(name, cancellationToken), stored.Asked.ToRecipe().Model.ImageSize);
        var waiting = basis is not null
            ? await policy.LookAsync(await catalog.ReadManifestAsync(name, basis, cancellationToken), cancellationToken)
            : new WaitingLabels([], 0, null);
        return new RetrainingAnswer(stored.Asked, stored.HeldOut.ToString(), waiting.Count, waiting.Oldest);
    }
}
