using CsCheck;
using SsFer.Learning.Sampling;

namespace SsFer.Learning.Tests.Sampling;

public sealed class EpochOrderTests
{
    [Fact]
    public void Create_GivenKey_IsTheSameEverAgain()
    {
        // By Python from CounterRandom's definition: a checkpoint of an older build must resume in the same order.
        Assert.Equal([2, 8, 6, 3, 5, 7, 9, 4, 1, 0], EpochOrder.Create(0, 0, 10));
        Assert.Equal([1, 0, 3, 9, 6, 4, 8, 7, 2, 5], EpochOrder.Create(0, 1, 10));
    }

    [Fact]
    public void Create_AnyKey_IsAPermutation() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 600], Gen.Int[0, 300])
            .Sample((seed, epoch, count) => EpochOrder.Create(seed, epoch, count).Order().SequenceEqual(Enumerable.Range(0, count)));

    [Fact]
    public void EndlessSampler_EachPass_VisitsEverySampleOnce() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 50], Gen.Int[0, 20])
            .Sample(
                (seed, count, pass) =>
                {
                    var sampler = new EndlessSampler(seed, count);
                    var visited = Enumerable.Range(0, count).Select(i => sampler.At((long)pass * count + i)).ToArray();
                    return visited.All(v => v.Epoch == pass)
                        && visited.Select(v => v.Index).Order().SequenceEqual(Enumerable.Range(0, count));
                }
            );

    [Fact]
    public void EndlessSampler_StartedAnywhere_ContinuesTheSameStream()
    {
        var walked = new EndlessSampler(5, 7);
        var stream = Enumerable.Range(0, 100).Select(p => walked.At(p)).ToArray();
        for (var start = 99; start >= 0; start--)
        {
            Assert.Equal(stream[start], new EndlessSampler(5, 7).At(start));
        }

        Assert.NotEqual(stream[..7].Select(s => s.Index), stream[7..14].Select(s => s.Index));
    }

    [Fact]
    public void EndlessSampler_WithoutSamples_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new EndlessSampler(0, 0));

    [Theory]
    [InlineData(28_386, 256, 600, 66_000)] // 110 whole batches an epoch, 226 images dropped
    [InlineData(64, 64, 3, 3)]
    public void TrainingDuration_Epochs_DropsTheLastPartialBatch(int images, int batch, int epochs, long steps) =>
        Assert.Equal(steps, TrainingDuration.Epochs(epochs).ToSteps(images, batch));

    [Fact]
    public void TrainingDuration_ImagesAndSteps_DoNotDependOnTheDataset()
    {
        Assert.Equal(39, TrainingDuration.Images(10_000).ToSteps(5, 256));
        Assert.Equal(12, TrainingDuration.Steps(12).ToSteps(5, 256));
    }

    [Fact]
    public void TrainingDuration_DatasetSmallerThanABatch_IsRefusedWithTheCure()
    {
        var refusal = Assert.Throws<ArgumentException>(() => TrainingDuration.Epochs(1).ToSteps(20, 32));
        Assert.Equal("20 images do not fill one batch of 32: set a batch size of at most 20", refusal.Message);
    }
}
