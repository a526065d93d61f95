using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using SsFer.Artifacts.Storage;
using SsFer.Console.Datasets;
using SsFer.Console.Http;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Labels;

/// <summary>A stored batch of labels.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Batch">The idempotency key.</param>
/// <param name="Count">Labels in the batch.</param>
/// <param name="Added">When it was stored.</param>
/// <param name="Note">Why nothing is trained on it, or what is missing before; null where nothing is.</param>
public sealed record LabelBatchAnswer(string Dataset, string Batch, int Count, DateTimeOffset Added, string? Note);

/// <summary><c>POST /api/datasets/{name}/labels</c>.</summary>
internal static class LabelEndpoints
{
    private const string KeyHeader = "Idempotency-Key";

    public static void MapLabels(this IEndpointRouteBuilder api) =>
        api.MapPost("/datasets/{name}/labels", PostAsync)
            .WithName("PostLabels")
            .WithSummary(
                "Stores labels, once for every Idempotency-Key; the retraining policy uses them when they are enough or old enough"
            )
            .TakesBody<LabelBody[]>(isRequired: true, "application/json", "text/csv")
            .Produces<LabelBatchAnswer>(StatusCodes.Status201Created)
            .Produces<LabelBatchAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .RequiresHeader(KeyHeader);

    private static async Task<IResult> PostAsync(
        string name,
        [FromHeader(Name = KeyHeader)] string? key,
        HttpRequest request,
        [FromServices] LabelIntake intake,
        CancellationToken cancellationToken
    )
    {
        DatasetEndpoints.RequireName(name);
        RequireKey(name, key);
        var (answer, isNew) = await intake.TakeAsync(name, key, request, cancellationToken);
        return isNew ? Results.Created((string?)null, answer) : Results.Ok(answer);
    }

    private static void RequireKey(string dataset, [NotNull] string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            throw RequestRefusedException.Malformed(
                $"send a header {KeyHeader} with a name for this batch of labels: sent again with the same, it is stored once"
            );
        }

        try
        {
            LabelBatch.PathOf(dataset, key);
        }
        catch (ArtifactNameException fault)
        {
            throw RequestRefusedException.Malformed($"header {KeyHeader}: {fault.Message}");
        }
    }
}
