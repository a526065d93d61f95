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

    private static async Task<string> RetryAsync(HttpClient console, CancellationToken cancellationToken)
    {
        var runs = await GetAsync(console, "/api/runs", cancellationToken);
        var failed = runs.Where(run => run.GetProperty("state").GetString() == "failed").Select(run => run.GetProperty("id").GetString());
        if (failed.FirstOrDefault() is not { } run)
        {
            return "none of the newest runs has failed";
        }

        await PostAsync(console, $"/api/runs/{run}/retry", new { }, cancellationToken);
        return $"run {run} goes on";
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
