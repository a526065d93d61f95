using System.ComponentModel.DataAnnotations;
using SsFer.Artifacts.Runs;

namespace SsFer.Artifacts.Tests.Runs;

public sealed class StageProtocolOptionsTests
{
    [Fact]
    public void BackOff_ByAttempt_GrowsFourfoldUpToTheLongest()
    {
        var options = new StageProtocolOptions();

        Assert.Equal([1, 4, 16, 64, 256, 600, 600], Enumerable.Range(1, 7).Select(attempt => options.BackOff(attempt).TotalSeconds));
    }

    [Theory]
    [InlineData(15, 60, 5, true)]
    [InlineData(20, 60, 5, true)]
    [InlineData(21, 60, 5, false)]
    [InlineData(15, 60, 0, false)]
    [InlineData(0, 60, 5, false)]
    public void Ledger_OptionsUnsound_IsRefused(int heartbeat, int stale, int attempts, bool sound)
    {
        using var bench = new StageBench();
        var options = new StageProtocolOptions
        {
            HeartbeatInterval = TimeSpan.FromSeconds(heartbeat),
            StaleAfter = TimeSpan.FromSeconds(stale),
            MaxAttempts = attempts,
        };

        var refused = Record.Exception(() => new StageLedger(bench.Store, options, bench.Time));

        Assert.Equal(sound, refused is null);
        Assert.True(refused is null or ValidationException);
    }
}
