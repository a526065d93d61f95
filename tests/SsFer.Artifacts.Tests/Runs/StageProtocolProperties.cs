using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Runs;
using static SsFer.Artifacts.Tests.Runs.StageBench;

namespace SsFer.Artifacts.Tests.Runs;

public sealed class StageProtocolProperties
{
    private const int Workers = 2;

    private enum Act
    {
        Claim,
        Save,
        Fail,
        Release,
        Crash,
        Beat,
        Wait,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task AnySequence_OfTwoWorkers_OnlyTheNewestClaimWritesAndNoStepIsLost()
    {
        // Weighted towards take-overs: a look, a wait, another look, while the owner neither beats nor ends.
        var act = Gen.Frequency(
            (4, Gen.Const(Act.Claim)),
            (4, Gen.Const(Act.Save)),
            (3, Gen.Const(Act.Wait)),
            (1, Gen.OneOf(Gen.Const(Act.Beat), Gen.Const(Act.Fail), Gen.Const(Act.Release), Gen.Const(Act.Crash)))
        );
        var intoTheVoid = 0;

        await Gen.Select(Gen.Int[0, Workers - 1], act)
            .Array[10, 40]
            .SampleAsync(async acts => Interlocked.Add(ref intoTheVoid, await PlayAsync(acts)), iter: 100);

        Assert.True(intoTheVoid > 0, "no zombie ever wrote: the sequences say nothing");
    }

    /// <summary>Each worker has its own clock: one that does not wait is suspended, and what it still does is what a zombie does.</summary>
    /// <returns>How many checkpoints came to nothing because another worker had taken the stage.</returns>
    private static async Task<int> PlayAsync((int Worker, Act Act)[] acts)
    {
        using var bench = await WithRunAsync();
        bench.Options.MaxAttempts = 100;
        bench.Options.FirstBackOff = TimeSpan.Zero;
        var clocks = Enumerable.Range(0, Workers).Select(_ => new FakeTimeProvider()).ToArray();
        var ledgers = clocks.Select(clock => bench.Worker(clock)).ToArray();
        var claims = new List<StageClaim>();
        var held = new StageClaim?[Workers];
        long newest = 0,
            step = 0;
        var intoTheVoid = 0;
        foreach (var (worker, act) in acts)
        {
            var claim = held[worker];
            switch (act)
            {
                case Act.Claim when claim is null:
                    held[worker] = claim = await ledgers[worker].TryClaimAsync(Run, First, Token);
                    if (claim is not null)
                    {
                        claims.Add(claim);
                        Assert.True(claim.Paths.Fence > newest);
                        newest = claim.Paths.Fence;
                        Assert.Equal(step, claim.Record.Checkpoint?.Step ?? 0);
                    }

                    break;
                case Act.Save when claim is not null:
                    if (await bench.SaveCheckpointAsync(claim, step + 1))
                    {
                        Assert.Equal(newest, claim.Paths.Fence);
                        step++;
                    }
                    else if (claim.Paths.Fence < newest)
                    {
                        intoTheVoid++;
                    }

                    break;
                case Act.Fail when claim is not null:
                    Assert.False(await claim.FailAsync("passing", permanent: false, Token) && claim.Paths.Fence != newest);
                    held[worker] = null;
                    break;
                case Act.Release when claim is not null:
                    Assert.False(await claim.ReleaseAsync(Token) && claim.Paths.Fence != newest);
                    held[worker] = null;
                    break;
                case Act.Crash when claim is not null:
                    await claim.DisposeAsync();
                    held[worker] = null;
                    break;
                case Act.Beat:
                    clocks[worker].Advance(bench.Options.HeartbeatInterval);
                    break;
                case Act.Wait:
                    clocks[worker].Advance(bench.Options.StaleAfter);
                    break;
            }

            var record = await bench.RecordAsync();
            Assert.Equal((newest, step), (record.Fence, record.Checkpoint?.Step ?? 0));
        }

        foreach (var claim in claims)
        {
            await claim.DisposeAsync();
        }

        return intoTheVoid;
    }
}
