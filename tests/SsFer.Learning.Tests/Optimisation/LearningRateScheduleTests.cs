using SsFer.Learning.Optimisation;

namespace SsFer.Learning.Tests.Optimisation;

public sealed class LearningRateScheduleTests
{
    // Stage two's rates over 100 steps, 20 of them warm-up. Warm-up: 5e-5 + 5e-5 step / 20.
    // Cosine over 80 steps: 1e-5 + 9e-5 (1 + cos(pi p)) / 2; p = 1/4: 0.85355339, p = 1/3: 0.75, p = 1/2: 0.5, p = 3/4: 0.14644661.
    [Theory]
    [InlineData(0, 5e-5)]
    [InlineData(1, 5.25e-5)]
    [InlineData(10, 7.5e-5)]
    [InlineData(19, 9.75e-5)]
    [InlineData(20, 1e-4)]
    [InlineData(40, 8.6819805e-5)]
    [InlineData(60, 5.5e-5)]
    [InlineData(80, 2.3180195e-5)]
    [InlineData(100, 1e-5)]
    [InlineData(1000, 1e-5)]
    public void WarmupCosine_StageTwo_FollowsTheHandTable(long step, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.WarmupCosine(5e-5, 1e-4, 1e-5, 20, 100).At(step), 1e-12);

    // Stage one, from 0: 3.4e-4 step / 50, then the cosine to 0 over 550.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(25, 1.7e-4)]
    [InlineData(50, 3.4e-4)]
    [InlineData(325, 1.7e-4)]
    [InlineData(600, 0)]
    public void WarmupCosine_StageOne_FollowsTheHandTable(long step, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.WarmupCosine(0, 3.4e-4, 0, 50, 600).At(step), 1e-12);

    [Fact]
    public void WarmupCosine_WithoutWarmup_StartsAtThePeak() =>
        Assert.Equal(1e-3, LearningRateSchedule.WarmupCosine(0, 1e-3, 0, 0, 10).At(0));

    [Fact]
    public void Constant_AnyStep_IsTheRate()
    {
        var schedule = LearningRateSchedule.Constant(1.5e-4);
        Assert.All([0L, 1, 1_000_000], step => Assert.Equal(1.5e-4, schedule.At(step)));
    }

    [Fact]
    public void WarmupCosine_WarmupLongerThanTraining_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.WarmupCosine(0, 1, 0, 11, 10));
}
