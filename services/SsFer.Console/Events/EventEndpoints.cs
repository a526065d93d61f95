using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Events;

/// <summary><c>GET /api/events</c>: server-sent events.</summary>
internal static class EventEndpoints
{
    private const string MediaType = "text/event-stream";

    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGet("/events", Stream)
            .WithName("GetEvents")
            .WithSummary("Every event of the system from now on, as server-sent events; run=ID limits them to a run's")
            .Produces(StatusCodes.Status200OK, contentType: MediaType);

    private static IResult Stream(
        HttpContext http,
        [FromServices] EventHub hub,
        [FromServices] IOptions<ConsoleOptions> options,
        [FromServices] TimeProvider time,
        [FromServices] IHostApplicationLifetime lifetime,
        string? run = null
    )
    {
        if (HeadRequests.IsHead(http))
        {
            http.Response.ContentType = MediaType;
            return TypedResults.Empty;
        }

        var client = hub.Subscribe(string.IsNullOrEmpty(run) ? null : run, options.Value.EventBuffer);
        http.Response.RegisterForDispose(client);
        // It did not take what was sent: an orderly end would not get through either.
        http.Response.RegisterForDispose(client.Cut.Register(http.Abort));
        return TypedResults.ServerSentEvents(
            ItemsAsync(client, options.Value.EventHeartbeat, time, lifetime.ApplicationStopping, http.RequestAborted)
        );
    }

    /// <summary>The events, and a heartbeat after every silence of <paramref name="atMost"/>; until client or service leaves.</summary>
    private static async IAsyncEnumerable<SseItem<string>> ItemsAsync(
        EventSubscription client,
        TimeSpan atMost,
        TimeProvider time,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken left
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, left);
        yield return new SseItem<string>("", "connected");
        while (!ended.IsCancellationRequested)
        {
            if (await NextAsync(client.Events, atMost, time, ended.Token) is { } streamed)
            {
                yield return new SseItem<string>(streamed.Data, streamed.Name) { EventId = streamed.Id };
            }
            else if (!ended.IsCancellationRequested)
            {
                yield return new SseItem<string>("", "heartbeat");
            }
        }
    }

    /// <summary>The next event, or null after a silence of <paramref name="atMost"/> and where the stream ends.</summary>
    private static async Task<StreamedEvent?> NextAsync(
        ChannelReader<StreamedEvent> events,
        TimeSpan atMost,
        TimeProvider time,
        CancellationToken ended
    )
    {
        if (events.TryRead(out var waiting))
        {
            return waiting;
        }

        using var silence = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, ended);
        try
        {
            return await events.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
