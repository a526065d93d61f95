using CsCheck;
using SsFer.Recipes;

namespace SsFer.FaceDetection.Tests;

public sealed class KappaSpreadTests
{
    private static readonly Gen<FaceBox> Box = Gen.Select(Gen.Float[0, 40], Gen.Float[0, 40], Gen.Float[1, 40], Gen.Float[1, 40])
        .Select((x, y, width, height) => new FaceBox(x, y, x + width, y + height));

    [Fact]
    public void Of_EqualBoxes_IsZero() =>
        Assert.Equal(new KappaSpread(0, 0, 0, 0), KappaSpread.Of([.. Enumerable.Repeat(new FaceBox(1, 2, 30, 40), 9)]));

    [Fact]
    public void Of_DisjointBoxes_IsOne() =>
        Assert.Equal(new KappaSpread(1, 1, 1, 1), KappaSpread.Of([new(0, 0, 1, 1), new(2, 0, 3, 1), new(4, 0, 5, 1)]));

    [Fact]
    public void Of_TwoBoxes_IsTheirKappaAndNeverThatOfABoxWithItself()
    {
        var spread = KappaSpread.Of([new(0, 0, 2, 2), new(1, 0, 3, 2)])!; // shared 2, together 6

        Assert.Equal(2 / 3f, spread.Percentile5, 1e-6f);
        Assert.Equal(2 / 3f, spread.Mean, 1e-5f);
        Assert.Equal(2 / 3f, spread.Percentile95, 1e-6f);
    }

    [Fact]
    public void Of_HalfAndHalf_HasTheMeanOfAllPairs()
    {
        // Ten boxes here, ten there: a pair is of the same kind in 9 of 19 draws.
        var boxes = Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? new FaceBox(0, 0, 1, 1) : new FaceBox(5, 5, 6, 6)).ToList();

        Assert.Equal(10 / 19f, KappaSpread.Of(boxes)!.Mean, 0.015f);
    }

    [Fact]
    public void Of_OneBox_IsNull() => Assert.Null(KappaSpread.Of([new(0, 0, 1, 1)]));

    [Fact]
    public void Of_AnyBoxes_IsOrderedWithinZeroAndOneAndRepeatable() =>
        Box.Array[2, 30]
            .Sample(
                boxes =>
                {
                    var spread = KappaSpread.Of(boxes)!;
                    Assert.True(
                        spread is { Percentile5: >= 0, Percentile95: <= 1, Mean: >= 0 and <= 1 }
                            && spread.Percentile5 <= spread.Median
                            && spread.Median <= spread.Percentile95
                    );
                    Assert.Equal(spread, KappaSpread.Of(boxes));
                },
                iter: 50
            );
}
