using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;

namespace SsFer.ServiceDefaults.Tests;

public sealed class HttpClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_ServiceFoundByItsNameThatFailsTwice_GetsTheThirdAnswer()
    {
        var calls = 0;
        await using var service = await StartAsync(context =>
        {
            context.Response.StatusCode =
                Interlocked.Increment(ref calls) <= 2 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            return context.Response.WriteAsync($"answer {calls}", context.RequestAborted);
        });
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["services:inference:http:0"] = service.Urls.Single();
        builder.AddServiceDefaults();
        // It is 2 s
        builder.Services.ConfigureAll<HttpStandardResilienceOptions>(options => options.Retry.Delay = TimeSpan.FromMilliseconds(1));
        using var host = builder.Build();
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        Assert.Equal("answer 3", await client.GetStringAsync(new Uri("http://inference/"), Token));
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        application.Run(answer);
        await application.StartAsync(Token);
        return application;
    }
}
