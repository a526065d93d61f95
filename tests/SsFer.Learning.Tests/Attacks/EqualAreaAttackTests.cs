using SsFer.Learning.Attacks;
using SsFer.Learning.Tests.Attribution;
using SsFer.Learning.Tests.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Attacks;

[Collection(ProcessWideCounters.Name)]
[Trait("Category", "Slow")]
public sealed class EqualAreaAttackTests
{
    private static readonly double[] Epsilons = [0.1, 0.3];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.1, 26)] // of 256
    [InlineData(0.25, 64)]
    [InlineData(0.5, 128)]
    public void Regions_OfAShare_HaveAsManyPixelsEach_AndTheMostSalientAreThat(double share, int count)
    {
        using var scope = NewDisposeScope();
        var maps = rand([2, 16, 16], generator: new Generator(1));
        maps[1, ..8].zero_(); // many equal values

        var regions = SalientRegions.Of(maps, share, first: 3).Select(region => region.reshape(2, -1)).ToList();

        Assert.All(regions, region => Assert.Equal([count, count], region.sum(1, type: ScalarType.Int64).data<long>().ToArray()));
        var values = maps.reshape(2, -1).data<float>().ToArray();
        bool[] most = regions[0].reshape(-1).data<bool>().ToArray(),
            least = regions[1].reshape(-1).data<bool>().ToArray();
        for (var picture = 0; picture < 2; picture++)
        {
            var pixels = Enumerable.Range(256 * picture, 256).ToList();
            Assert.True(pixels.Where(i => most[i]).Min(i => values[i]) >= pixels.Where(i => !most[i]).Max(i => values[i]));
            Assert.True(pixels.Where(i => least[i]).Max(i => values[i]) <= pixels.Where(i => !least[i]).Min(i => values[i]));
            Assert.DoesNotContain(pixels, i => most[i] && least[i]);
        }

        // Chance is the same each time
        Assert.Equal(Flags(regions[2]), Flags(SalientRegions.Of(maps, share, first: 3)[2]));
        Assert.NotEqual(Flags(regions[2]), Flags(SalientRegions.Of(maps, share, first: 4)[2]));

        static bool[] Flags(Tensor region) => region.reshape(-1).data<bool>().ToArray();
    }

    [Theory]
    [InlineData(AttackMethod.Fgsm)]
    [InlineData(AttackMethod.Pgd)]
    public void Attack_OnMorePixelsOrStronger_LeavesLess_AndSaysTheSameAgain(AttackMethod method)
    {
        var classifier = TrainedClassifier.Instance;

        var rows = EqualAreaAttack.Measure(classifier, TrainedClassifier.Faces, Epsilons, method, Token);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("; ", rows));
        Assert.Equal(EqualAreaAttack.Shares.Count * Epsilons.Length, rows.Count);
        var (weak, strong) = (rows[0], rows[^1]);
        Assert.True(strong.Most + strong.Least + strong.Random < weak.Most + weak.Least + weak.Random, $"{weak} {strong}");
        Assert.Equal(rows, EqualAreaAttack.Measure(classifier, TrainedClassifier.Faces, Epsilons, method, Token));
    }

    /// <summary>That is what its ten steps are for.</summary>
    [Fact]
    public void Pgd_OfTheSameStrength_LeavesNoMoreThanFgsm()
    {
        double[] strengths = [0.05, 0.1, 0.2];
        var fgsm = RegionAttack.Measure(TrainedClassifier.Instance, TrainedClassifier.Faces, strengths, AttackMethod.Fgsm, Token);
        var pgd = RegionAttack.Measure(TrainedClassifier.Instance, TrainedClassifier.Faces, strengths, AttackMethod.Pgd, Token);

        Assert.Equal(fgsm.FocusedArea, pgd.FocusedArea);
        Assert.True(pgd.Rows.Sum(row => row.Focused + row.Unfocused) < fgsm.Rows.Sum(row => row.Focused + row.Unfocused));
    }

    [Fact]
    public void Pgd_StaysWithinEpsilonTheRegionAndTheRangeOfPixels_AndMoves()
    {
        using var scope = NewDisposeScope();
        var classifier = TrainedClassifier.Instance;
        var size = classifier.Model.Options.ImageSize;
        var pixels = rand([3, 3, size, size], generator: new Generator(2));
        var region = rand([3, 1, size, size], generator: new Generator(4)).gt(tensor(0.5f));
        var attack = BatchAttack.Begin(AttackMethod.Pgd, classifier, pixels, tensor(new long[] { 0, 1, 0 }), first: 0);

        var change = (attack.Perturb(region, 0.07) - pixels).data<float>().ToArray();
        var attacked = attack.Perturb(region, 0.07).data<float>().ToArray();

        var inside = region.expand(pixels.shape).reshape(-1).data<bool>().ToArray();
        Assert.All(change.Index(), each => Assert.InRange(Math.Abs(each.Item), 0, inside[each.Index] ? 0.07f + 1e-6f : 0));
        Assert.All(attacked, value => Assert.InRange(value, 0, 1));
        Assert.True(change.Count(value => Math.Abs(value) > 0.03) > inside.Count(flag => flag) / 4);
        Assert.Equal(pixels.data<float>().ToArray(), attack.Perturb(region, 0).data<float>().ToArray());
    }
}
