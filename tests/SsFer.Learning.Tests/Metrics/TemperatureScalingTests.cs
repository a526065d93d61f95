using SsFer.Learning.Metrics;

namespace SsFer.Learning.Tests.Metrics;

public sealed class TemperatureScalingTests
{
    private const int Classes = 4;

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void TryFit_LabelsDrawnFromColderOrHotterProbabilities_FindsByHowMuch(double temperature)
    {
        var (told, labels) = Drawn(faces: 20_000, temperature);

        var fitted = TemperatureScaling.TryFit(told, labels)!;

        // The standard error at 20,000 faces is about one in a hundred.
        Assert.InRange(fitted.Temperature / temperature, 0.96, 1.04);
        Assert.InRange(fitted.ErrorAfter, 0, 0.015);
        Assert.Equal(CalibrationError.Of(told, labels), fitted.ErrorBefore);
        if (temperature != 1)
        {
            Assert.InRange(fitted.ErrorBefore, 0.05, 1);
        }
    }

    [Fact]
    public void TryFit_FacesWithoutALabel_DoNotCount()
    {
        var (told, labels) = Drawn(faces: 1000, temperature: 2);
        int[] half = [.. labels.Select((label, face) => face < 500 ? label : -1)];

        Assert.Equal(TemperatureScaling.TryFit([.. told.Take(500)], [.. labels.Take(500)]), TemperatureScaling.TryFit(told, half));
        Assert.Null(
            TemperatureScaling.TryFit(told, [.. labels.Select((label, face) => face < TemperatureScaling.LeastFaces - 1 ? label : -1)])
        );
    }

    [Theory]
    [InlineData(true, 0.2)]
    [InlineData(false, 5)]
    public void TryFit_AlwaysRightOrAlwaysWrong_StaysWithinItsEnds(bool isRight, double temperature)
    {
        var told = Enumerable.Range(0, 200).Select(_ => new[] { 0.9f, 0.1f, 0, 0 }).ToArray();

        var fitted = TemperatureScaling.TryFit(told, [.. told.Select(_ => isRight ? 0 : 1)])!;

        Assert.Equal(temperature, fitted.Temperature);
    }

    [Fact]
    public void Apply_KeepsTheOrderAndTheSum_AndIsTheSoftmaxOfDividedLogits()
    {
        double[] logits = [1, -2, 0.5, 3];
        float[] Softmax(double temperature) =>
            [.. logits.Select(logit => (float)(Math.Exp(logit / temperature) / logits.Sum(each => Math.Exp(each / temperature))))];

        var cold = TemperatureScaling.Apply(Softmax(1), 0.4);

        Assert.All(Softmax(0.4).Zip(cold), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal(1, cold.Sum(), 1e-5f);
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.Apply(Softmax(1), 0));
    }

    [Fact]
    public void CalibrationError_OfTwoBins_IsTheirMeanByFaces()
    {
        // Three faces at 0.9 of which two are right, one at 0.6 that is wrong: (|3 x 0.9 - 2| + |0.6 - 0|) / 4.
        float[][] told =
        [
            [0.9f, 0.1f],
            [0.9f, 0.1f],
            [0.9f, 0.1f],
            [0.4f, 0.6f],
        ];

        Assert.Equal((0.7 + 0.6) / 4, CalibrationError.Of(told, [0, 0, 1, 0]), 1e-6);
    }

    /// <summary>Probabilities that a classifier tells, and labels drawn from what they are with their logits divided.</summary>
    private static (float[][] Told, int[] Labels) Drawn(int faces, double temperature)
    {
        var random = new Random(3);
        var told = new float[faces][];
        var labels = new int[faces];
        for (var face = 0; face < faces; face++)
        {
            var powers = Enumerable.Range(0, Classes).Select(_ => Math.Exp(4 * random.NextDouble())).ToArray();
            told[face] = [.. powers.Select(power => (float)(power / powers.Sum()))];
            var (truth, left) = (TemperatureScaling.Apply(told[face], temperature), random.NextDouble());
            labels[face] = Math.Max(0, Array.FindIndex(truth, share => (left -= share) < 0));
        }

        return (told, labels);
    }
}
