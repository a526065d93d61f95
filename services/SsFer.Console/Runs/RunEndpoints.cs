using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;
using SsFer.Console.Events;
using SsFer.Console.Http;
using SsFer.ServiceDefaults.Http;
using SsFer.StageHosting;

namespace SsFer.Console.Runs;

/// <summary><c>/api/runs</c>.</summary>
internal static class RunEndpoints
{
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        api.MapPost("/runs", PostAsync)
            .WithName("PostRun")
            .WithSummary("Starts a run, or finds the one that the same request started")
            .TakesBody<RunBody>()
            .Produces<RunAnswer>(StatusCodes.Status201Created)
            .Produces<RunAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("/runs", ListAsync).WithName("GetRuns").WithSummary("Runs, the newest first").Produces<RunAnswer[]>().IsPaged();
        api.MapGet("/runs/{id}", GetAsync)
            .WithName("GetRun")
            .WithSummary("A run with its stages")
            .Produces<RunAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/runs/{id}/cancel", CancelAsync)
            .WithName("CancelRun")
            .WithSummary("Asks that nothing more be done for the run")
            .Produces<RunAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/runs/{id}/retry", RetryAsync)
            .WithName("RetryRun")
            .WithSummary("Sets failed and cancelled stages back, to go on from their last checkpoint")
            .Produces<RunAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> PostAsync(
        HttpRequest request,
        [FromServices] RunLauncher launcher,
        [FromServices] ProgressBoard board,
        [FromServices] IOptions<ConsoleOptions> options,
        CancellationToken cancellationToken
    )
    {
        var body = await RequestBody.ReadJsonAsync<RunBody>(request, options.Value.MaxDocumentBytes, cancellationToken);
        var (run, isNew) = await launcher.LaunchAsync(body, cancellationToken);
        var answer = RunAnswer.Of(run, board);
        return isNew ? Results.Created($"/api/runs/{answer.Id}", answer) : Results.Ok(answer);
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] PageQuery query,
        HttpResponse response,
        [FromServices] RunCatalog catalog,
        [FromServices] ProgressBoard board,
        [FromServices] IOptions<ConsoleOptions> options,
        CancellationToken cancellationToken
    )
    {
        var asked = PageRequest.Of(query, options.Value);
        var page = await catalog.ListAsync(asked, cancellationToken);
        return asked.Answer(response, new Page<RunAnswer>([.. page.Entries.Select(run => RunAnswer.OfListed(run, board))], page.Last));
    }

    private static async Task<IResult> GetAsync(
        string id,
        [FromServices] RunStore runs,
        [FromServices] ProgressBoard board,
        CancellationToken cancellationToken
    ) => Results.Ok(RunAnswer.Of(await LoadAsync(id, runs, cancellationToken), board));

    private static async Task<IResult> CancelAsync(
        string id,
        [FromServices] RunStore runs,
        [FromServices] ProgressBoard board,
        CancellationToken cancellationToken
    )
    {
        await LoadAsync(id, runs, cancellationToken);
        await runs.RequestCancelAsync(id, cancellationToken);
        return Results.Ok(RunAnswer.Of(await LoadAsync(id, runs, cancellationToken), board));
    }

    private static async Task<IResult> RetryAsync(
        string id,
        [FromServices] RunStore runs,
        [FromServices] StageAnnouncer announcer,
        [FromServices] ProgressBoard board,
        CancellationToken cancellationToken
    )
    {
        await LoadAsync(id, runs, cancellationToken);
        await runs.RetryAsync(id, cancellationToken);
        await announcer.WakeStartableAsync(id, cancellationToken);
        return Results.Ok(RunAnswer.Of(await LoadAsync(id, runs, cancellationToken), board));
    }

    private static async Task<RunStatus> LoadAsync(string id, RunStore runs, CancellationToken cancellationToken) =>
        await runs.TryLoadAsync(id, cancellationToken)
        ?? throw RequestRefusedException.NotFound($"there is no run '{id}': GET /api/runs lists the runs");
}
