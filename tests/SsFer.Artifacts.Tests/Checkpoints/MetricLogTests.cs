using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Runs;
using static SsFer.Artifacts.Tests.Runs.StageBench;

namespace SsFer.Artifacts.Tests.Checkpoints;

public sealed class MetricLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_AttemptKilledBetweenCheckpoints_TellsEachStepOnce(bool segmentWasWritten)
    {
        using var bench = await WithRunAsync();
        await using (var killed = await bench.ClaimAsync(bench.Worker(owner: StageOwner.Current() with { ProcessStart = -1 })))
        {
            await TrainAsync(bench, killed, 1, 10);
            await TrainAsync(bench, killed, 11, 20);
            if (segmentWasWritten)
            {
                await new MetricLog(bench.Store).WriteAsync(killed, 30, Rows(21, 30), Token);
            }
        }

        await using var resumed = await bench.ClaimAsync();
        Assert.Equal(20, resumed.Record.Checkpoint!.Step);
        await TrainAsync(bench, resumed, 21, 30);
        await TrainAsync(bench, resumed, 31, 33);

        Assert.Equal(Enumerable.Range(1, 33), await StepsAsync(bench));
    }

    [Fact]
    public async Task Write_CheckpointOfTheStepCountsAlready_AddsNothing()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        await TrainAsync(bench, claim, 1, 10);
        await TrainAsync(bench, claim, 1, 10);

        Assert.Equal(Enumerable.Range(1, 10), await StepsAsync(bench));
    }

    [Fact]
    public async Task Write_NoRows_MakesNoSegment()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();

        Assert.Null(await new MetricLog(bench.Store).WriteAsync(claim, 1, Array.Empty<Row>(), Token));
        Assert.Empty(await StepsAsync(bench));
    }

    [Fact]
    public async Task Read_SegmentDamaged_IsRefusedByName()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        await TrainAsync(bench, claim, 1, 2);
        await bench.Store.PutAsync("runs/bench/metrics/pretrain/1-2/metrics.jsonl", new MemoryStream("{}"u8.ToArray()), Token);

        var error = await Assert.ThrowsAsync<CorruptArtifactException>(() => StepsAsync(bench));

        Assert.Contains("runs/bench/metrics/pretrain/1-2/metrics.jsonl", error.Message, StringComparison.Ordinal);
    }

    private static Row[] Rows(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(step => new Row(step, 1.0 / step))];

    private static async Task TrainAsync(StageBench bench, StageClaim claim, int from, int to)
    {
        var metrics = await new MetricLog(bench.Store).WriteAsync(claim, to, Rows(from, to), Token);
        Assert.True(await claim.SaveCheckpointAsync(await bench.WriteCheckpointAsync(claim, to, metrics: metrics), Token));
    }

    private static async Task<List<int>> StepsAsync(StageBench bench) =>
        await new MetricLog(bench.Store).ReadAsync(Run, First, Token).Select(row => row.GetProperty("step").GetInt32()).ToListAsync(Token);

    private sealed record Row(int Step, double Loss);
}
