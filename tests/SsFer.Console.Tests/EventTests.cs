using SsFer.Console.Events;
using SsFer.Contracts;
using SsFer.Contracts.Events;

namespace SsFer.Console.Tests;

public sealed class EventTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_OfTheBus_AreStreamedWithIds()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var stream = await OpenAsync(host, "/api/events");

        await host.PublishAsync(
            new ModelRejected
            {
                Run = "one",
                Model = "one",
                Reason = "worse",
            }
        );

        var block = await BlockAsync(stream);
        Assert.Equal(["event: ModelRejected", """data: {"run":"one","model":"one","reason":"worse"}"""], block[..2]);
        Assert.Matches("^id: [0-9a-f]{32}$", Assert.Single(block[2..]));
    }

    [Fact]
    public async Task Events_OfOneRun_LeaveTheOthersOut()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var stream = await OpenAsync(host, "/api/events?run=two");

        await host.PublishAsync(Progress("one"));
        await host.PublishAsync(
            new ModelPromoted
            {
                Model = "one",
                Sequence = 1,
                Reason = "good",
            }
        );
        await host.PublishAsync(Progress("two"));

        Assert.Contains("\"run\":\"two\"", (await BlockAsync(stream))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_OfOneRun_TellOfItsModel()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var stream = await OpenAsync(host, "/api/events?run=two");

        await host.PublishAsync(
            new ModelPromoted
            {
                Model = "two",
                Previous = "one",
                Sequence = 2,
                Reason = "better",
            }
        );
        var promoted = await BlockAsync(stream);
        await host.PublishAsync(
            new ModelRolledBack
            {
                Model = "one",
                Previous = "two",
                Sequence = 3,
                Reason = "complaints",
            }
        );
        var rolledBack = await BlockAsync(stream);

        Assert.Equal(("event: ModelPromoted", "event: ModelRolledBack"), (promoted[0], rolledBack[0]));
    }

    [Fact]
    public async Task Silence_IsFilledWithHeartbeats()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var stream = await OpenAsync(host, "/api/events");
        var beat = BlockAsync(stream);

        while (!beat.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(15));
            await Task.WhenAny(beat, Task.Delay(20, Token));
        }

        Assert.Equal("event: heartbeat", (await beat)[0]);
    }

    [Fact]
    public async Task SlowClient_IsCutOffAndNobodyWaitsForIt()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:EventBuffer", "4"));
        using var stream = await OpenAsync(host, "/api/events");
        var hub = host.Get<EventHub>();
        var large = new string('x', 1 << 20);

        // It reads nothing: what the connection itself holds is soon full, then the buffer is.
        for (var number = 0; number < 64; number++)
        {
            hub.Publish(new StreamedEvent("id", "Large", null, large));
        }

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await stream.ReadLineAsync(Token) is not null) { }
        });
    }

    [Fact]
    public void Subscription_OverItsCapacity_IsCutAndLeaves()
    {
        var hub = new EventHub();
        using var slow = hub.Subscribe(run: null, capacity: 2);
        using var quick = hub.Subscribe(run: null, capacity: 8);

        for (var number = 0; number < 5; number++)
        {
            hub.Publish(new StreamedEvent($"{number}", "Any", null, "{}"));
        }

        Assert.True(slow.Cut.IsCancellationRequested);
        Assert.False(quick.Cut.IsCancellationRequested);
        Assert.Equal((2, 5), (slow.Events.Count, quick.Events.Count));
    }

    [Fact]
    public void Board_RemembersWhatARunningStageSaidLast()
    {
        var board = new ProgressBoard();

        board.Put(Progress("one"));
        board.Put(Progress("one") with { Step = 7 });

        Assert.Equal(7, board.Find("one", "pretraining")!.Step);
        Assert.Null(board.Find("two", "pretraining"));
    }

    private static StageProgressed Progress(string run) =>
        new()
        {
            Run = run,
            Stage = "pretraining",
            Kind = StageKind.Pretraining,
            Step = 1,
            TotalSteps = 10,
            ImagesPerSecond = 100,
            Metrics = new Dictionary<string, double> { ["loss"] = 0.5 },
        };

    /// <summary>Subscribed once the first event is there.</summary>
    private static async Task<StreamReader> OpenAsync(ConsoleHost host, string path)
    {
        var response = await host.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        Assert.Equal("event: connected", (await BlockAsync(stream))[0]);
        return stream;
    }

    /// <summary>Lines up to the next empty one.</summary>
    private static async Task<List<string>> BlockAsync(StreamReader stream)
    {
        var lines = new List<string>();
        while (await stream.ReadLineAsync(Token).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Token) is { Length: > 0 } line)
        {
            lines.Add(line);
        }

        return lines;
    }
}
