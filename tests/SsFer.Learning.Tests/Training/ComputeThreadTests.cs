using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class ComputeThreadTests
{
    [Fact]
    public async Task Run_ComputesOnNoThreadOfThePool_AndHandsOnTheResult()
    {
        var (onPool, sum) = await ComputeThread.RunAsync(() => (Thread.CurrentThread.IsThreadPoolThread, ones(4).sum().item<float>()));

        Assert.False(onPool);
        Assert.Equal(4, sum);
    }

    [Fact]
    public async Task Run_Failing_FailsAlike()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => ComputeThread.RunAsync(() => throw new ArgumentException("as it came")));
    }
}
