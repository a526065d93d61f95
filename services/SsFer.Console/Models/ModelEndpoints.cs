using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Models;
using SsFer.Console.Events;
using SsFer.Console.Http;
using SsFer.Contracts.Events;

namespace SsFer.Console.Models;

/// <summary>A model with its card, as the evaluation wrote it.</summary>
/// <param name="Id">Id of the model.</param>
/// <param name="InProduction">As of <see cref="ModelAnswer"/>.</param>
/// <param name="IsCandidate">As of <see cref="ModelAnswer"/>.</param>
/// <param name="Card">The card as it is stored.</param>
public sealed record ModelCardAnswer(string Id, bool? InProduction, bool? IsCandidate, JsonElement Card);

/// <summary><c>/api/models</c>.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder api)
    {
        api.MapGet("/models", ListAsync).WithName("GetModels").WithSummary("Models, the newest first").Produces<ModelAnswer[]>().IsPaged();
        api.MapGet("/models/production", HistoryAsync)
            .WithName("GetProduction")
            .WithSummary("The model in production, the candidate, and all that ever were")
            .Produces<ProductionAlias>();
        api.MapGet("/models/{id}", GetAsync)
            .WithName("GetModel")
            .WithSummary("A model's card")
            .Produces<ModelCardAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/models/{id}/promote", PromoteAsync)
            .WithName("PromoteModel")
            .WithSummary("Puts a model into production")
            .TakesBody<ProductionBody>(isRequired: false)
            .Produces<AliasEntry>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/models/rollback", RollBackAsync)
            .WithName("RollBackModel")
            .WithSummary("Puts the model before the current one back into production")
            .TakesBody<ProductionBody>(isRequired: false)
            .Produces<AliasEntry>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapCandidates();
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] PageQuery query,
        HttpResponse response,
        [FromServices] ModelCatalog catalog,
        [FromServices] ModelRegistry registry,
        [FromServices] IOptions<ConsoleOptions> options,
        CancellationToken cancellationToken
    )
    {
        var asked = PageRequest.Of(query, options.Value);
        return asked.Answer(
            response,
            await catalog.ListAsync((await registry.ReadListedAsync(cancellationToken)).Value, asked, cancellationToken)
        );
    }

    private static async Task<IResult> HistoryAsync([FromServices] ModelRegistry registry, CancellationToken cancellationToken) =>
        Results.Ok(await registry.ReadAsync(cancellationToken));

    private static async Task<IResult> GetAsync(
        string id,
        [FromServices] ModelCatalog catalog,
        [FromServices] ModelRegistry registry,
        CancellationToken cancellationToken
    )
    {
        var alias = (await registry.ReadListedAsync(cancellationToken)).Value;
        var card = await catalog.ReadAsync(id, cancellationToken);
        return Results.Ok(new ModelCardAnswer(id, alias?.HasInProduction(id), alias?.HasAsCandidate(id), card));
    }

    private static async Task<IResult> PromoteAsync(
        string id,
        HttpRequest request,
        [FromServices] ModelRegistry registry,
        [FromServices] EventPublisher events,
        [FromServices] IOptions<ConsoleOptions> options,
        CancellationToken cancellationToken
    )
    {
        var body = await request.ReadOptionalChangeAsync<ProductionBody>(options.Value, cancellationToken);
        var by = AliasActor.OfPerson(body.By);
        var (entry, _) = body.From is null
            ? await registry.PromoteAsync(id, by, body.Reason, cancellationToken)
            : await registry.TryPromoteInPlaceOfAsync(id, body.From, by, body.Reason, cancellationToken)
                ?? throw new OtherModelInProductionException(body.From, (await registry.ReadAsync(cancellationToken)).Current);
        // Told again where it was in production already: an earlier promotion may have died before it could say so.
        await events.PublishAsync(
            new ModelPromoted
            {
                Model = entry.Model,
                Previous = entry.Previous,
                Sequence = entry.Sequence,
                Reason = entry.Reason,
            },
            cancellationToken
        );
        return Results.Ok(entry);
    }

    private static async Task<IResult> RollBackAsync(
        HttpRequest request,
        [FromServices] ModelRegistry registry,
        [FromServices] EventPublisher events,
        [FromServices] IOptions<ConsoleOptions> options,
        CancellationToken cancellationToken
    )
    {
        var body = await request.ReadOptionalChangeAsync<ProductionBody>(options.Value, cancellationToken);
        var entry = await registry.RollBackAsync(body.From, AliasActor.OfPerson(body.By), body.Reason, cancellationToken);
        await events.PublishAsync(
            new ModelRolledBack
            {
                Model = entry.Model,
                Previous = entry.Previous!,
                Sequence = entry.Sequence,
                Reason = entry.Reason,
            },
            cancellationToken
        );
        return Results.Ok(entry);
    }
}
