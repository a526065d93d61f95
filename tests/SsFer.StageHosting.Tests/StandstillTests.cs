using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Runs;
using SsFer.Contracts.Events;
using static SsFer.StageHosting.Tests.WorkerBench;

namespace SsFer.StageHosting.Tests;

/// <summary>Stages whose steps stand still while their worker's heart beats.</summary>
[Trait("Category", "Slow")]
public sealed class StandstillTests
{
    private static readonly (string, string)[] Settings =
    [
        ("StageWorker:StandstillTimeout", "00:30:00"),
        ("StageProtocol:StaleAfter", "01:00:00"),
        ("StageProtocol:HeartbeatInterval", "00:01:00"),
    ];

    /// <summary>Of a clock that runs fast: half an hour takes a second or two, in which a busy machine does its work.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stage_StandsStill_ItsAttemptFailsAndTheNextCompletes()
    {
        await using var bench = new WorkerBench(_time, Settings);
        bench.Script.Work = (claim, token) =>
            claim.Record.Attempt == 1 && claim.Stage.Name == First ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;
        await bench.CreateRunAsync();
        await bench.StartAsync();

        await UntilAsync(() => bench.Script.Done.Contains($"{Run}/{Second}"), Step);

        await bench.Events.NextAsync<ClassifierFineTuned>(Token);
        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Completed, 2, 2), (record.State, record.Attempt, (int)record.Fence));
        Assert.Contains(bench.Log, told => told.Line.Contains("stood still for 00:30:00", StringComparison.Ordinal));
        Assert.False(bench.Stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Stage_ShowsThatItLives_GoesOnForLongerThanItMayStandStill()
    {
        await using var bench = new WorkerBench(_time, Settings);
        bench.Script.Work = (claim, token) => claim.Stage.Name == First ? _goOn.Task.WaitAsync(token) : Task.CompletedTask;
        await bench.CreateRunAsync();
        await bench.StartAsync();
        await UntilAsync(() => bench.Log.Any(told => told.Line.Contains("pretrain begins", StringComparison.Ordinal)), TimeSpan.Zero);

        for (var minutes = 0; minutes < 45; minutes++)
        {
            bench.Observer.Working();
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        _goOn.SetResult();
        await bench.Events.NextAsync<ClassifierFineTuned>(Token);
        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Completed, 1, 1), (record.State, record.Attempt, (int)record.Fence));
    }

    [Fact]
    public async Task Stage_StandsStillAndDoesNotStop_IsLeftToAnotherAndTheProcessEnds()
    {
        await using var bench = await StuckAsync();

        await UntilEndedAsync(bench);

        var record = await bench.RecordAsync();
        Assert.Equal((StageState.Pending, 1), (record.State, record.Attempt));
        Assert.Contains("stood still for 00:30:00", record.Error, StringComparison.Ordinal);
        Assert.Single(bench.Log, told => told.Line.Contains("this process ends", StringComparison.Ordinal));
        await using var claim = await new StageLedger(bench.Store, new StageProtocolOptions(), TimeProvider.System).TryClaimAsync(
            Run,
            First,
            Token
        );
        Assert.NotNull(claim);
        _goOn.SetResult(); // what it comes to after all is nobody's
        Assert.Equal(2, (await bench.RecordAsync()).Fence);
    }

    /// <summary>As who sees that a stage hangs does.</summary>
    [Fact]
    public async Task Stage_CancelledAndDoesNotStop_EndsTheProcessToo()
    {
        await using var bench = await StuckAsync();
        await UntilAsync(() => bench.Log.Any(told => told.Line.Contains("pretrain begins", StringComparison.Ordinal)), TimeSpan.Zero);
        await bench.Runs.RequestCancelAsync(Run, Token);

        await UntilEndedAsync(bench);

        Assert.Equal(StageState.Cancelled, (await bench.RecordAsync()).State);
        _goOn.SetResult();
    }

    /// <summary>A worker with a stage that neither goes on nor hears that it is to stop.</summary>
    private async Task<WorkerBench> StuckAsync()
    {
        var bench = new WorkerBench(_time, Settings);
        bench.Script.Work = (_, _) => _goOn.Task;
        await bench.CreateRunAsync();
        await bench.StartAsync();
        return bench;
    }

    /// <summary>Until the worker ends its process, and with the code that says so.</summary>
    private async Task UntilEndedAsync(WorkerBench bench)
    {
        var before = Environment.ExitCode;
        try
        {
            await UntilAsync(() => bench.Stopping.IsCancellationRequested, Step);
            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = before;
        }
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan step)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            _time.Advance(step);
            await Task.Delay(TimeSpan.FromMilliseconds(5), patience.Token);
        }
    }
}
