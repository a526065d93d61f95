using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Models;
using SsFer.Console.Events;
using SsFer.Console.Http;
using SsFer.Contracts.Events;

namespace SsFer.Console.Models;

/// <summary>What trying a model beside production takes.</summary>
internal sealed record CandidateParts(
    [FromServices] CandidateRegistry Registry,
    [FromServices] EventPublisher Events,
    [FromServices] IOptions<ConsoleOptions> Options
);

/// <summary>The candidate under <c>/api/models</c>.</summary>
internal static class CandidateEndpoints
{
    public static void MapCandidates(this IEndpointRouteBuilder api)
    {
        api.MapPost("/models/{id}/canary", StartCanaryAsync)
            .WithName("StartCanary")
            .WithSummary("Lets a model answer a share of the requests")
            .TakesBody<CanaryBody>()
            .Produces<Candidacy>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/models/{id}/shadow", StartShadowAsync)
            .WithName("StartShadow")
            .WithSummary("Lets a model work on what production has answered, unseen")
            .TakesBody<ChangeBody>(isRequired: false)
            .Produces<Candidacy>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/models/withdraw", WithdrawAsync)
            .WithName("WithdrawCandidate")
            .WithSummary("Ends the trial of the candidate")
            .TakesBody<WithdrawalBody>(isRequired: false)
            .Produces<Candidacy>()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> StartCanaryAsync(
        string id,
        HttpRequest request,
        [AsParameters] CandidateParts parts,
        CancellationToken cancellationToken
    )
    {
        var body = await request.ReadChangeAsync<CanaryBody>(parts.Options.Value, cancellationToken);
        return await StartAsync(id, Trial.Canary(body.Share), body, parts, cancellationToken);
    }

    private static async Task<IResult> StartShadowAsync(
        string id,
        HttpRequest request,
        [AsParameters] CandidateParts parts,
        CancellationToken cancellationToken
    )
    {
        var body = await request.ReadOptionalChangeAsync<ChangeBody>(parts.Options.Value, cancellationToken);
        return await StartAsync(id, Trial.Shadow, body, parts, cancellationToken);
    }

    private static async Task<IResult> StartAsync(
        string id,
        Trial trial,
        ChangeBody body,
        CandidateParts parts,
        CancellationToken cancellationToken
    )
    {
        var by = AliasActor.OfPerson(body.By);
        var (candidacy, _) = await parts.Registry.StartAsync(id, trial, by, body.Reason, cancellationToken);
        // Told again where it had begun already: an earlier request may have died before it could say so.
        await parts.Events.PublishAsync(
            new CandidateStarted
            {
                Model = candidacy.Model,
                Candidacy = candidacy.Id,
                Kind = trial.Name,
                Share = (double?)candidacy.Share,
                Reason = candidacy.Reason,
            },
            cancellationToken
        );
        return Results.Ok(candidacy);
    }

    private static async Task<IResult> WithdrawAsync(
        HttpRequest request,
        [AsParameters] CandidateParts parts,
        CancellationToken cancellationToken
    )
    {
        var body = await request.ReadOptionalChangeAsync<WithdrawalBody>(parts.Options.Value, cancellationToken);
        var ended = await parts.Registry.WithdrawAsync(body.Model, AliasActor.OfPerson(body.By), body.Reason, cancellationToken);
        await parts.Events.PublishAsync(
            new CandidateEnded
            {
                Model = ended.Model,
                Candidacy = ended.Id,
                Outcome = "withdrawn",
                Reason = body.Reason,
            },
            cancellationToken
        );
        return Results.Ok(ended);
    }
}
