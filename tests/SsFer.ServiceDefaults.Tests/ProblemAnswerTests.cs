using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace SsFer.ServiceDefaults.Tests;

/// <summary>What is answered where no endpoint speaks.</summary>
public sealed class ProblemAnswerTests
{
    private const string Secret = "the secret of the defect";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, int, string> Answers
    {
        get
        {
            var answers = new TheoryData<string, string, string, int, string>();
            foreach (var environment in new[] { "Development", "Staging", "Production" })
            {
                answers.Add(environment, "GET", "/nothing/here", 404, "/nothing/here");
                answers.Add(environment, "DELETE", "/fine", 405, "GET");
                answers.Add(environment, "GET", "/broken", 500, "traceId");
                answers.Add(environment, "GET", "/number?value=many", 400, "OpenAPI");
            }

            return answers;
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Request_ThatNoEndpointAnswers_GetsAProblemInOneLine(
        string environment,
        string method,
        string path,
        int status,
        string expected
    )
    {
        await using var app = await StartAsync(environment);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Token);

        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Contains(expected, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        AssertTellsNothing(text);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Defect_ToldToAClientThatTakesNoJson_HasNoStackTrace(string environment)
    {
        await using var app = await StartAsync(environment);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/broken");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));

        using var answer = await client.SendAsync(request, Token);

        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.NotEmpty(text);
        AssertTellsNothing(text);
    }

    [Theory]
    [InlineData("/fine", 200, "text/plain")]
    [InlineData("/nothing/here", 404, "application/problem+json")]
    public async Task Head_OfAGetRoute_IsAnsweredAsGetWithoutABody(string path, int status, string type)
    {
        await using var app = await StartAsync("Production");
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Token);

        Assert.Equal((status, type), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("fine", await client.GetStringAsync("/fine", Token)); // on the same connection
    }

    [Fact]
    public async Task Head_OfARouteThatOnlyTakesPost_NamesWhatItTakes()
    {
        await using var app = await StartAsync("Production");
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/sent"), Token);

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (answer.StatusCode, Assert.Single(answer.Content.Headers.Allow)));
    }

    [Fact]
    public async Task Request_ToAWrongHost_GetsAProblemThatNamesTheSetting()
    {
        await using var app = await StartAsync("Production", "localhost;127.0.0.1");
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/fine");
        request.Headers.Host = "elsewhere.example";

        using var answer = await client.SendAsync(request, Token);

        Assert.Equal((400, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal(
            "'elsewhere.example' is none of this service's names: call it by one, or add this one to its setting AllowedHosts",
            problem.GetProperty("detail").GetString()
        );
        Assert.Equal("fine", await client.GetStringAsync("/fine", Token));
    }

    private static void AssertTellsNothing(string text)
    {
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(string environment, string allowedHosts = "*")
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["AllowedHosts"] = allowedHosts;
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGet("/fine", () => "fine");
        app.MapGet("/number", (int value) => value);
        app.MapPost("/sent", () => "sent");
        app.MapGet("/broken", string () => throw new InvalidOperationException(Secret));
        await app.StartAsync(Token);
        return app;
    }
}
