using CsCheck;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class MicroBatchTests
{
    [Fact]
    public void Of_AllParts_AreTheBatchInOrder() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6])
            .Sample(
                (count, rows) =>
                    Assert.Equal(
                        Enumerable.Range(0, count * rows),
                        Enumerable.Range(0, count).SelectMany(i => Rows(count * rows, new MicroBatch(i, count).Of))
                    )
            );

    [Fact]
    public void OfPairs_AllParts_HoldEveryRowOnce_EachPairedAsInTheWholeBatch() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 4])
            .Sample(
                (count, pairs) =>
                {
                    var n = count * 2 * pairs;
                    var parts = Enumerable.Range(0, count).Select(i => Rows(n, new MicroBatch(i, count).OfPairs)).ToList();
                    Assert.Equal(Enumerable.Range(0, n), parts.SelectMany(part => part).Order());
                    Assert.All(parts, part =>
                    {
                        for (var j = 0; j < part.Length; j++)
                        {
                            Assert.Equal(FaceMixPairing.Partner(part[j], n), part[FaceMixPairing.Partner(j, part.Length)]);
                        }
                    });
                }
            );

    [Fact]
    public void OfPairs_OddBatchInOnePart_IsTheWholeBatch() => Assert.Equal([0, 1, 2], Rows(3, new MicroBatch(0, 1).OfPairs));

    private static int[] Rows(int count, Func<Tensor, Tensor> select)
    {
        using var scope = NewDisposeScope();
        return [.. select(tensor(Enumerable.Range(0, count).ToArray())).data<int>().ToArray()];
    }
}
