using System.Globalization;
using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Access;

namespace SsFer.Inference.Http;

/// <summary>
/// One entry for every request to the endpoint, also for those that were turned away: what answered whom, for which purpose, and how it
/// ended. Nothing in it was written by the client, and nothing tells who is in a picture.
/// </summary>
internal sealed partial class RequestLog(IOptions<InferenceOptions> options, TimeProvider time, ILogger<RequestLog> logger) : IStartupFilter
{
    private const string Path = "/v1";
    private const string None = "none";

    /// <summary>Says which model answers the request.</summary>
    public static void Note(HttpContext context, string model) => context.Features.Set(new AnsweringModel(model));

    /// <summary>Around everything else, so that the outcome is the one that the client sees.</summary>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.Use(LogAsync);
            next(app);
        };

    private async Task LogAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        var began = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            LogRequest(
                RouteOf(context),
                context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode,
                Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1).ToString(CultureInfo.InvariantCulture),
                context.Features.Get<AnsweringModel>()?.Id ?? None,
                options.Value.Purpose ?? "undeclared",
                Caller.KeyOf(context)?.Id ?? None
            );
        }
    }

    /// <summary>The operation, not the path, which is the client's to write; without one, where there is none.</summary>
    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no operation";

    [LoggerMessage(LogLevel.Information, "{Operation} {Status} in {Milliseconds} ms, model {Model}, purpose {Purpose}, key {Key}")]
    private partial void LogRequest(string operation, int status, string milliseconds, string model, string purpose, string key);

    private sealed record AnsweringModel(string Id);
}
