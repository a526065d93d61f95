using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using SsFer.Artifacts.Storage;
using SsFer.Console.Datasets;
using SsFer.Console.Events;
using SsFer.Console.Http;
using SsFer.Console.Retraining;
using SsFer.Contracts.Events;
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
        LabelReader reader,
        LabelStore labels,
        RetrainingSettingsStore settings,
        EventPublisher events,
        CancellationToken cancellationToken
    )
    {
        DatasetEndpoints.RequireName(name);
        RequireKey(name, key);
        var (batch, isNew) = await labels.AddAsync(name, key, await reader.ReadAsync(request, cancellationToken), cancellationToken);
        // Told again where it was stored before: an earlier request may have died before it could say so.
        await events.PublishAsync(
            new LabelsAdded
            {
                Dataset = name,
                Batch = key,
                Count = batch.Labels.Count,
                Added = batch.Added,
            },
            cancellationToken
        );
        var answer = new LabelBatchAnswer(
            name,
            key,
            batch.Labels.Count,
            batch.Added,
            await NoteAsync(name, batch, settings, cancellationToken)
        );
        return isNew ? Results.Created((string?)null, answer) : Results.Ok(answer);
    }

    private static async Task<string?> NoteAsync(
        string name,
        LabelBatch batch,
        RetrainingSettingsStore settings,
        CancellationToken cancellationToken
    )
    {
        if (batch.Changes == 0)
        {
            return $"stored, but nothing is trained on it by itself: version {batch.CheckedAgainst} of the dataset has every one of "
                + $"these labels already";
        }

        return await settings.FindAsync(name, cancellationToken) is null
            ? $"stored, but nothing is trained on it before PUT /api/datasets/{name}/retraining has said how"
            : null;
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
