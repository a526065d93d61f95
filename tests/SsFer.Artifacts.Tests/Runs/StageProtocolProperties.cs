using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Runs;
using static SsFer.Artifacts.Tests.Runs.StageBench;

namespace SsFer.Artifacts.Tests.Runs;

public sealed class StageProtocolProperties
{
    private const int Workers = 3;

    private enum Act
    {
        Claim,
        Save,
        Fail,
        Release,
        Crash,
        Wait,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnySequence_OfThreeWorkers_OnlyTheNewestClaimWritesAndNoStepIsLost()
    {
        var acts = Gen.Select(Gen.Int[0, Workers - 1], Gen.Enum<Act>()).Array[5, 40];
        await acts.SampleAsync(PlayAsync, iter: 60);
    }

    /// <summary>Each worker has its own clock: one that does not wait is suspended, and what it still does is what a zombie does.</summary>
    private static async Task PlayAsync((int Worker, Act Act)[] acts)
    {
        using var bench = await WithRunAsync();
        bench.Options.MaxAttempts = 100;
        bench.Options.FirstBackOff = TimeSpan.Zero;
        var clocks = Enumerable.Range(0, Workers).Select(_ => new FakeTimeProvider()).ToArray();
        var ledgers = clocks.Select(clock => bench.Worker(clock)).ToArray();
        var claims = new List<StageClaim>();
        var held = new StageClaim?[Workers];
        long newest = 0, step = 0;
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
                case Act.Wait:
                    clocks[worker].Advance(TimeSpan.FromSeconds(20));
                    break;
            }

            var record = await bench.RecordAsync();
            Assert.Equal((newest, step), (record.Fence, record.Checkpoint?.Step ?? 0));
        }

        foreach (var claim in claims)
        {
            await claim.DisposeAsync();
        }
    }
}
