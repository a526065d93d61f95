using System.Net.Http.Json;
using System.Text.Json;

namespace SsFer.AppHost;

/// <summary>What people do with the system from its dashboard: requests to the Console, whose refusals are shown as they are.</summary>
internal static class RunCommands
{
    public const string SmokeRun = "smoke-run";
    public const string RetryFailed = "retry-failed";
    public const string RollBack = "roll-back";

    public static IResourceBuilder<ProjectResource> WithRunCommands(this IResourceBuilder<ProjectResource> console) =>
        console
            .WithConsoleCommand(
                SmokeRun,
                "Start a smoke run",
                StartAsync,
                "On the first dataset that there is: minutes, to see that all of it works"
            )
            .WithConsoleCommand(
                RetryFailed,
                "Retry the failed run",
                RetryAsync,
                "The newest run of which a stage failed goes on from its checkpoint"
            )
            .WithConsoleCommand(
                RollBack,
                "Roll back",
                RollBackAsync,
                "The model before the one in production answers again",
                "Roll back production?"
            );

    private static async Task<string> StartAsync(HttpClient console, CancellationToken cancellationToken)
    {
        var datasets = await GetAsync(console, "/api/datasets", cancellationToken);
        if (datasets.Select(NameOf).FirstOrDefault() is not { } dataset)
        {
            throw new HttpRequestException("there is no dataset yet: import pictures first, POST /api/datasets/NAME/images");
        }

        var asked = new
        {
            recipe = "smoke",
            labelled = dataset,
            labels = "50%", // the teacher learns from the others
            validation = $"{dataset}:validation",
        };
        var run = await PostAsync(console, "/api/runs", asked, cancellationToken);
        return $"run {run.GetProperty("id").GetString()} on {dataset}";

        static string? NameOf(JsonElement dataset) => dataset.GetProperty("name").GetString();
    }

    internal static async Task<string> RetryAsync(HttpClient console, CancellationToken cancellationToken)
    {
        for (var page = "/api/runs"; page is not null; )
        {
            using var answer = await console.GetAsync(page, cancellationToken);
            var runs = (await ReadAsync(answer, cancellationToken)).EnumerateArray();
            if (runs.FirstOrDefault(HasFailed) is { ValueKind: JsonValueKind.Object } failed)
            {
                var run = failed.GetProperty("id").GetString();
                await PostAsync(console, $"/api/runs/{run}/retry", new { }, cancellationToken);
                return $"run {run} goes on";
            }

            page = NextOf(answer);
        }

        return "no run has failed";

        static bool HasFailed(JsonElement run) => run.GetProperty("state").GetString() == "failed";
    }

    private static async Task<string> RollBackAsync(HttpClient console, CancellationToken cancellationToken)
    {
        var entry = await PostAsync(console, "/api/models/rollback", new { by = "dashboard" }, cancellationToken);
        return $"model {entry.GetProperty("model").GetString()} is in production";
    }

    private static IResourceBuilder<ProjectResource> WithConsoleCommand(
        this IResourceBuilder<ProjectResource> console,
        string name,
        string title,
        Func<HttpClient, CancellationToken, Task<string>> act,
        string description,
        string? confirmation = null
    ) =>
        console.WithCommand(
            name,
            title,
            async context =>
            {
                try
                {
                    using var client = new HttpClient { BaseAddress = new Uri(console.GetEndpoint("http").Url) };
                    return CommandResults.Success(await act(client, context.CancellationToken));
                }
                catch (Exception fault) when (fault is HttpRequestException or JsonException or TaskCanceledException)
                {
                    return CommandResults.Failure(fault.Message);
                }
            },
            new CommandOptions { Description = description, ConfirmationMessage = confirmation }
        );

    private static async Task<IReadOnlyList<JsonElement>> GetAsync(HttpClient console, string path, CancellationToken cancellationToken)
    {
        using var answer = await console.GetAsync(path, cancellationToken);
        return [.. (await ReadAsync(answer, cancellationToken)).EnumerateArray()];
    }

    /// <summary>Where a listing goes on (RFC 8288); null where it ends.</summary>
    private static string? NextOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Link", out var links) && links.First().Split('>') is [['<', .. var next], "; rel=\"next\""]
            ? next
            : null;

    private static async Task<JsonElement> PostAsync(HttpClient console, string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await console.PostAsJsonAsync(path, body, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <exception cref="HttpRequestException">With what the Console says against it.</exception>
    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return answer.IsSuccessStatusCode
            ? body
            : throw new HttpRequestException(body.TryGetProperty("detail", out var detail) ? detail.GetString() : answer.ReasonPhrase);
    }
}
