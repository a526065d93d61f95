using System.Net.Http.Json;

namespace SsFer.AppHost.Tests;

public sealed class RunCommandsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retry_FailedRunBehindANewerPage_IsFound()
    {
        using var console = new Listing(("newest", "running"), ("done", "completed"), ("broken", "failed"), ("older", "failed"));
        using var client = new HttpClient(console, disposeHandler: false) { BaseAddress = new Uri("http://console") };

        Assert.Equal("run broken goes on", await RunCommands.RetryAsync(client, Token));
        Assert.Equal(["/api/runs/broken/retry"], console.Posted);
    }

    [Fact]
    public async Task Retry_NoFailedRun_IsSaid()
    {
        using var console = new Listing(("newest", "running"), ("done", "completed"));
        using var client = new HttpClient(console, disposeHandler: false) { BaseAddress = new Uri("http://console") };

        Assert.Equal("no run has failed", await RunCommands.RetryAsync(client, Token));
        Assert.Empty(console.Posted);
    }

    /// <summary>Runs as the Console lists them, one a page.</summary>
    private sealed class Listing(params (string Id, string State)[] runs) : HttpMessageHandler
    {
        public List<string> Posted { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post)
            {
                Posted.Add(request.RequestUri!.AbsolutePath);
                return Task.FromResult(new HttpResponseMessage { Content = JsonContent.Create(new { }) });
            }

            var before = request.RequestUri!.Query.Split("before=").ElementAtOrDefault(1);
            var at = before is null ? 0 : Array.FindIndex(runs, run => run.Id == before) + 1;
            var answer = new HttpResponseMessage
            {
                Content = JsonContent.Create(new[] { new { id = runs[at].Id, state = runs[at].State } }),
            };
            if (at + 1 < runs.Length)
            {
                answer.Headers.Add("Link", $"</api/runs?limit=1&before={runs[at].Id}>; rel=\"next\"");
            }

            return Task.FromResult(answer);
        }
    }
}
