using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using SsFer.ServiceDefaults.Http;

namespace SsFer.ServiceDefaults.Tests.Http;

/// <summary>What answers tell browsers, and to which names they are given.</summary>
public sealed class SecurityHeaderTests
{
    private const string Strictest = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private const string OfThePage = "default-src 'none'; script-src 'self'; frame-ancestors 'none'";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/page", OfThePage)]
    [InlineData("/fine", Strictest)]
    [InlineData("/broken", Strictest)]
    [InlineData("/nothing/here", Strictest)]
    public async Task Policy_IsTheStrictest_UnlessAPageHasItsOwn(string path, string policy)
    {
        await using var app = await StartAsync("Production");

        using var answer = await AskAsync(app, path, "localhost");

        Assert.Equal(policy, Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
    }

    [Theory]
    [InlineData("Production", "https", "faces.example", true)]
    [InlineData("Production", "http", "faces.example", false)]
    [InlineData("Development", "https", "faces.example", false)]
    public async Task Https_IsAskedForFromThenOn_WhereItWasUsed(string environment, string scheme, string name, bool isAsked)
    {
        await using var app = await StartAsync(environment, scheme, "faces.example");

        using var answer = await AskAsync(app, "/fine", name);

        Assert.Equal((200, isAsked), ((int)answer.StatusCode, answer.Headers.Contains("Strict-Transport-Security")));
    }

    [Theory]
    [InlineData(null, "localhost", 200)]
    [InlineData(null, "faces.localhost", 200)]
    [InlineData(null, "inference:5206", 200)]
    [InlineData(null, "127.0.0.1", 200)]
    [InlineData(null, "faces.example", 400)]
    [InlineData("faces.example;*.faces.example", "eu.faces.example", 200)]
    [InlineData("faces.example", "127.0.0.1", 200)]
    [InlineData("faces.example", "inference", 400)]
    [InlineData("*", "anything.example", 200)]
    public async Task Name_ThatIsTheServicesOwnOrConfigured_IsAnswered(string? configured, string name, int status)
    {
        await using var app = await StartAsync("Production", "http", configured);

        using var answer = await AskAsync(app, "/fine", name);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(WebApplication app, string path, string name)
    {
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = name;
        return await client.SendAsync(request, Token);
    }

    private static async Task<WebApplication> StartAsync(string environment, string scheme = "http", string? allowedHosts = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["AllowedHosts"] = allowedHosts;
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AnswersTo("inference");
        var app = builder.Build();
        app.Use(
            (context, next) =>
            {
                context.Request.Scheme = scheme; // as a proxy in front tells it
                return next(context);
            }
        );
        app.MapDefaultEndpoints();
        app.MapGet("/fine", () => "fine");
        app.MapGet("/page", () => "page").WithContentSecurityPolicy(OfThePage);
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        await app.StartAsync(Token);
        return app;
    }
}
