using System.Threading.Channels;
using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Events;

/// <summary><c>GET /api/events</c>: server-sent events.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGet("/events", StreamAsync)
            .WithName("GetEvents")
            .WithSummary("Every event of the system from now on, as server-sent events; run=ID limits them to a run's")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");

    private static async Task StreamAsync(
        HttpContext http,
        EventHub hub,
        IOptions<ConsoleOptions> options,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        string? run = null
    )
    {
        if (HeadRequests.IsHead(http))
        {
            http.Response.ContentType = "text/event-stream";
            return;
        }

        using var client = hub.Subscribe(string.IsNullOrEmpty(run) ? null : run, options.Value.EventBuffer);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, client.Cut, lifetime.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await http.Response.WriteAsync(": connected\n\n", ended.Token);
            while (true)
            {
                await http.Response.Body.FlushAsync(ended.Token);
                var streamed = await NextAsync(client.Events, options.Value.EventHeartbeat, time, ended.Token);
                await http.Response.WriteAsync(
                    streamed is null ? ": heartbeat\n\n" : $"id: {streamed.Id}\nevent: {streamed.Name}\ndata: {streamed.Data}\n\n",
                    ended.Token
                );
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            if (client.Cut.IsCancellationRequested)
            {
                http.Abort(); // it did not take what was sent: an orderly end would not get through either
            }
        }
    }

    /// <summary>The next event, or null after a silence of <paramref name="atMost"/>.</summary>
    private static async Task<StreamedEvent?> NextAsync(
        ChannelReader<StreamedEvent> events,
        TimeSpan atMost,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (events.TryRead(out var waiting))
        {
            return waiting;
        }

        using var silence = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await events.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
