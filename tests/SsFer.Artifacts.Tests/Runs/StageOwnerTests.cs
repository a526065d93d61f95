using System.Diagnostics;
using SsFer.Artifacts.Runs;

namespace SsFer.Artifacts.Tests.Runs;

public sealed class StageOwnerTests
{
    [Fact]
    public void IsKnownDead_ThisProcess_Lives() => Assert.False(StageOwner.Current().IsKnownDead());

    [Fact]
    public async Task IsKnownDead_ProcessKilled_TurnsTrue()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        var owner = StageOwner.Of(process);
        Assert.False(owner.IsKnownDead());

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(owner.IsKnownDead());
    }

    [Fact]
    public void IsKnownDead_IdGivenToALaterProcess_IsTrue() =>
        Assert.True((StageOwner.Current() with { ProcessStart = StageOwner.Current().ProcessStart - 1 }).IsKnownDead());

    [Fact]
    public void IsKnownDead_AnotherMachine_CannotBeKnown() =>
        Assert.False((StageOwner.Current() with { Machine = "elsewhere/1/pid:[1]", ProcessStart = -1 }).IsKnownDead());

    [Fact]
    public void Current_TwoWorkersOfOneProcess_AreTwoOwners() => Assert.NotEqual(StageOwner.Current(), StageOwner.Current());
}
