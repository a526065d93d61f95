using SsFer.Learning.Objectives.SemiSupervised;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Objectives.SemiSupervised;

/// <summary>What losses of the methods are made of: thresholds, graphs, weights of pairs, contrasts, aligned guesses.</summary>
public sealed class ObjectivePartsTests
{
    [Fact]
    public void FlexMatch_AsksLessOfAClassWithFewSureFaces()
    {
        using var scope = NewDisposeScope();
        // Sure of class 0: three faces, of class 1: one; never sure: two. b = 1 and 1/3
        using var last = tensor(new float[] { 1, 1, 1, 2, 0, 0 });

        var thresholds = FlexMatchObjective.Thresholds(last, 2, 0.95).data<float>().ToArray();

        Assert.Equal(0.95, thresholds[0], 6);
        Assert.Equal(0.95 / 3 / (2 - (1.0 / 3)), thresholds[1], 6);
    }

    [Fact]
    public void FlexMatch_WhileMostFacesAreUnused_AsksLittleOfAllClasses()
    {
        using var scope = NewDisposeScope();
        using var last = tensor(new float[] { 1, 0, 0, 0, 0 }); // b = 1/4 and 0

        var thresholds = FlexMatchObjective.Thresholds(last, 2, 0.95).data<float>().ToArray();

        Assert.Equal(0.95 / 4 / 1.75, thresholds[0], 6);
        Assert.Equal(0, thresholds[1]);
    }

    [Fact]
    public void CoMatch_GraphKeepsPairsThatAreAlike()
    {
        using var scope = NewDisposeScope();
        // Products: 0.9 * 0.9 + 0.1 * 0.1 = 0.82 is an edge, 0.9 * 0.1 + 0.1 * 0.9 = 0.18 none
        var graph = CoMatchObjective.Graph(Probabilities([0.9, 0.9, 0.1]));

        AssertRows(
            [
                [1 / 1.82, 0.82 / 1.82, 0],
                [0.82 / 1.82, 1 / 1.82, 0],
                [0, 0, 1],
            ],
            graph
        );
    }

    [Fact]
    public void CoMatch_ContrastOfTwoViews_IsTheCrossEntropyOfTheirSimilaritiesToTheGraph()
    {
        using var scope = NewDisposeScope();
        using Tensor first = tensor(
                new float[,]
                {
                    { 1, 0 },
                    { 0, 1 },
                }
            ),
            second = tensor(
                new float[,]
                {
                    { 1, 0 },
                    { 0.6f, 0.8f },
                }
            ),
            graph = eye(2);

        var loss = CoMatchObjective.Contrast(first, second, graph).item<float>();

        // Similarities over 0.2: (5, 3) and (0, 4)
        Assert.Equal((Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(-4))) / 2, loss, 5);
    }

    [Fact]
    public void Ccssl_WeighsPairsByTheirConfidence()
    {
        using var scope = NewDisposeScope();

        var weights = CcsslObjective.PairWeights(Probabilities([0.9, 0.8, 0.3]));

        AssertRows(
            [
                [1, 0.72, 0],
                [0.72, 1, 0],
                [0, 0, 1],
            ],
            weights
        );
    }

    [Fact]
    public void Ccssl_ContrastOfAPseudoClass_IsTheMeanOverItsViewsByTheirWeights()
    {
        using var scope = NewDisposeScope();
        using Tensor first = tensor(
                new float[,]
                {
                    { 1, 0 },
                    { 0, 1 },
                }
            ),
            weights = tensor(
                new float[,]
                {
                    { 1, 0.72f },
                    { 0.72f, 1 },
                }
            );

        var loss = CcsslObjective.Contrast(first, first, weights).item<float>();

        // Of each view the other of its face lies at 1 / 0.07 and weighs 1, the two of the other face lie at 0 and weigh 0.72 each
        var all = Math.Log(Math.Exp(1 / 0.07) + 2);
        Assert.Equal((all - (1 / 0.07) + (2 * 0.72 * all)) / (1 + (2 * 0.72)), loss, 4);
    }

    [Fact]
    public void Ccssl_ContrastOfOneFace_IsThatOfItsOtherViewAlone()
    {
        using var scope = NewDisposeScope();
        using Tensor first = tensor(
                new float[,]
                {
                    { 1, 0 },
                    { 0, 1 },
                }
            ),
            second = tensor(
                new float[,]
                {
                    { 1, 0 },
                    { 0, 1 },
                }
            ),
            alone = eye(2);

        var loss = CcsslObjective.Contrast(first, second, alone).item<float>();

        // The other view lies at similarity 1 / 0.07, both of the other face at 0
        Assert.Equal(Math.Log(1 + (2 * Math.Exp(-1 / 0.07))), loss, 6);
    }

    [Fact]
    public void Alignment_BringsGuessesToTheTarget_OverThePastBatches()
    {
        using var scope = NewDisposeScope();
        using var alignment = new DistributionAlignment(2, [0.5, 0.5], CPU);

        // Means (0.6, 0.4), then with (0.8, 0.2) the mean of both, (0.7, 0.3); a third step forgets the first
        AssertRows(
            [
                [0.5, 0.5],
            ],
            alignment.Align(Probabilities([0.6]), 0)
        );
        AssertRows(
            [
                [0.8 / 0.7 / ((0.8 / 0.7) + (0.2 / 0.3)), 0.2 / 0.3 / ((0.8 / 0.7) + (0.2 / 0.3))],
            ],
            Second()
        );
        AssertRows(
            [
                [0.5, 0.5],
            ],
            alignment.Align(Probabilities([0.8]), 2)
        );

        Tensor Second() => alignment.Align(Probabilities([0.8]), 1);
    }

    /// <summary>[N, 2] of the probabilities of class 0.</summary>
    private static Tensor Probabilities(double[] first) =>
        tensor(first.SelectMany(share => new[] { (float)share, (float)(1 - share) }).ToArray(), [first.Length, 2]);

    private static void AssertRows(double[][] expected, Tensor actual)
    {
        var values = actual.data<float>().ToArray();
        Assert.Equal(expected.Sum(row => row.Length), values.Length);
        Assert.All(expected.SelectMany(row => row).Zip(values), pair => Assert.Equal(pair.First, pair.Second, 5));
    }
}
