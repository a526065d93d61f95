using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Tests.Runs;
using static SsFer.Artifacts.Tests.Runs.StageBench;

namespace SsFer.Artifacts.Tests.Checkpoints;

public sealed class CheckpointRetentionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prune_NewCheckpointNotYetPointedTo_DeletesNothing()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        var retention = new CheckpointRetention(bench.Store);
        await bench.WriteCheckpointAsync(claim, 10);
        Assert.Equal(0, await retention.PruneAsync(Run, First, Token));
        Assert.True(await bench.SaveCheckpointAsync(claim, 10));

        await bench.WriteCheckpointAsync(claim, 20);

        Assert.Equal(0, await retention.PruneAsync(Run, First, Token));
        Assert.Equal(["1-10", "1-20"], await FoldersAsync(bench));
    }

    [Fact]
    public async Task Prune_NewCheckpointPointedTo_DeletesTheOlderOnesAfterThat()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        foreach (var step in new[] { 9, 10, 100 })
        {
            Assert.True(await bench.SaveCheckpointAsync(claim, step));
        }

        Assert.Equal(4, await new CheckpointRetention(bench.Store).PruneAsync(Run, First, Token));

        Assert.Equal(["1-100"], await FoldersAsync(bench));
        var log = bench.Store.Log.ToList();
        Assert.True(
            log.FindLastIndex(entry => entry == $"put {RunPaths.Stage(Run, First)}")
                < log.FindIndex(entry => entry.StartsWith("delete", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Prune_LeftoversOfADeadAttempt_GoAndANewerFenceStays()
    {
        using var bench = await WithRunAsync();
        var dead = StageOwner.Current() with { ProcessStart = -1 };
        await using var first = await bench.ClaimAsync(bench.Worker(owner: dead));
        Assert.True(await bench.SaveCheckpointAsync(first, 10));
        await bench.WriteCheckpointAsync(first, 20); // killed before the record pointed to it
        await using var second = await bench.ClaimAsync(bench.Worker(owner: dead));
        Assert.True(await bench.SaveCheckpointAsync(second, 15));
        await using var third = await bench.ClaimAsync();
        await bench.WriteCheckpointAsync(third, 5);

        await new CheckpointRetention(bench.Store).PruneAsync(Run, First, Token);

        Assert.Equal(["2-15", "3-5"], await FoldersAsync(bench));
    }

    [Fact]
    public async Task Prune_AnEarlierCheckpointIsTheProduct_KeepsIt()
    {
        using var bench = await WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        var best = await bench.WriteCheckpointAsync(claim, 1);
        foreach (var step in new[] { 10, 11 })
        {
            Assert.True(await bench.SaveCheckpointAsync(claim, step));
        }

        Assert.True(await claim.CompleteAsync(StageArtifact.From(best), Token));
        await new CheckpointRetention(bench.Store).PruneAsync(Run, First, Token);

        Assert.Equal(["1-1", "1-11"], await FoldersAsync(bench));
    }

    [Fact]
    public async Task Prune_Metrics_KeepsThoseThatCount()
    {
        using var bench = await WithRunAsync();
        var metrics = new MetricLog(bench.Store);
        await using (var first = await bench.ClaimAsync(bench.Worker(owner: StageOwner.Current() with { ProcessStart = -1 })))
        {
            Assert.True(
                await first.SaveCheckpointAsync(
                    await bench.WriteCheckpointAsync(first, 10, metrics: await metrics.WriteAsync(first, 10, [new { step = 10 }], Token)),
                    Token
                )
            );
            await metrics.WriteAsync(first, 20, [new { step = 20 }], Token);
        }

        await using var second = await bench.ClaimAsync();
        Assert.True(
            await second.SaveCheckpointAsync(
                await bench.WriteCheckpointAsync(second, 20, metrics: await metrics.WriteAsync(second, 20, [new { step = 20 }], Token)),
                Token
            )
        );

        await new CheckpointRetention(bench.Store).PruneAsync(Run, First, Token);

        Assert.Equal(
            ["runs/bench/metrics/pretrain/1-10/metrics.jsonl", "runs/bench/metrics/pretrain/2-20/metrics.jsonl"],
            await bench.Store.ListAsync("runs/bench/metrics/", Token).Select(entry => entry.Path).ToListAsync(Token)
        );
    }

    private static async Task<List<string>> FoldersAsync(StageBench bench) =>
        await bench
            .Store.ListAsync("checkpoints/bench/pretrain/", Token)
            .Select(entry => entry.Path.Split('/')[3])
            .Distinct()
            .ToListAsync(Token);
}
