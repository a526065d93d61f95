using System.Text.Json;
using SsFer.Learning.Similarity;
using SsFer.Learning.Tests.Golden;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Similarity;

/// <summary>Against scikit-image (PSNR, SSIM) and numpy (FSIM), and by their laws.</summary>
public sealed class PictureSimilarityTests
{
    private static readonly JsonElement Golden = GoldenFile.Read("similarity.json");

    public static TheoryData<FaceSimilarity> OfPixels =>
        [FaceSimilarity.PeakSignalToNoise, FaceSimilarity.StructuralSimilarity, FaceSimilarity.FeatureSimilarity];

    [Theory]
    [InlineData(FaceSimilarity.PeakSignalToNoise, "psnr", 1e-6)]
    [InlineData(FaceSimilarity.StructuralSimilarity, "ssim", 1e-5)]
    [InlineData(FaceSimilarity.FeatureSimilarity, "fsim", 2e-4)]
    public void Of_PairsOfPictures_EqualsTheReference(FaceSimilarity kind, string key, double tolerance)
    {
        using var scope = NewDisposeScope();
        var pairs = Golden.GetProperty("pairs").EnumerateArray().ToList();

        var found = PictureSimilarities.Create(kind)!.Of(Pictures(pairs, "first"), Pictures(pairs, "second")).data<float>().ToArray();

        var expected = pairs.Select(pair => Mapped(kind, pair.GetProperty(key).GetDouble()));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    [Fact]
    public void PhaseCongruency_OfPictures_EqualsTheReference()
    {
        using var scope = NewDisposeScope();
        var pairs = Golden.GetProperty("pairs").EnumerateArray().ToList();

        var found = FeatureSimilarity
            .PhaseCongruency(Luminance.Of(Pictures(pairs, "first")).mul(tensor(255f)))
            .mean([1, 2, 3])
            .data<float>()
            .ToArray();

        Assert.All(pairs.Zip(found), pair => Assert.Equal(pair.First.GetProperty("congruency").GetDouble(), pair.Second, 1e-3));
    }

    [Theory]
    [MemberData(nameof(OfPixels))]
    public void Of_TheSamePicture_IsOne_AndEitherOrderGivesTheSame(FaceSimilarity kind)
    {
        using var scope = NewDisposeScope();
        var similarity = PictureSimilarities.Create(kind)!;
        var pairs = Golden.GetProperty("pairs").EnumerateArray().ToList();
        Tensor first = Pictures(pairs, "first"),
            second = Pictures(pairs, "second");

        Assert.All(similarity.Of(first, first).data<float>().ToArray(), each => Assert.Equal(1, each, 1e-4f));
        Assert.True(similarity.Of(first, second).allclose(similarity.Of(second, first), atol: 1e-6));
        Assert.All(similarity.Of(first, second).data<float>().ToArray(), each => Assert.InRange(each, 0, 0.999f));
    }

    [Theory]
    [MemberData(nameof(OfPixels))]
    public void Of_FlatPictures_IsANumberFromZeroToOne(FaceSimilarity kind)
    {
        using var scope = NewDisposeScope();
        var similarity = PictureSimilarities.Create(kind)!;
        Tensor black = zeros(1, 3, 24, 24),
            white = ones(1, 3, 24, 24);

        Assert.All([similarity.Of(black, black), similarity.Of(black, white), similarity.Of(white, white)], each =>
            Assert.InRange(each.item<float>(), 0, 1)
        );
    }

    [Theory]
    [MemberData(nameof(OfPixels))]
    public void Kappa_OfABatch_IsOneForEachPairAndNothingForOnesself(FaceSimilarity kind)
    {
        using var scope = NewDisposeScope();
        var similarity = PictureSimilarities.Create(kind)!;
        var pictures = Pictures([.. Golden.GetProperty("pairs").EnumerateArray()], "second"); // five

        var kappa = PairSimilarity.Kappa(similarity, pictures).data<float>().ToArray();

        Assert.Equal((kappa[4], kappa[3]), (kappa[0], kappa[1]));
        Assert.Equal(0, kappa[2], 1e-4f); // the middle one is its own partner
        Assert.Equal(1 - similarity.Of(pictures.narrow(0, 1, 1), pictures.narrow(0, 3, 1)).item<float>(), kappa[1], 1e-5f);
    }

    [Fact]
    public void FeatureSimilarity_OfLargePictures_ComparesThemAtAbout256Pixels()
    {
        using var scope = NewDisposeScope();
        var small = Pictures([.. Golden.GetProperty("pairs").EnumerateArray()], "first").narrow(0, 0, 1).repeat(1, 1, 4, 4); // 192
        var other = small.flip(3);
        var similarity = new FeatureSimilarity();

        var enlarged = similarity.Of(Doubled(small), Doubled(other));

        Assert.Equal(similarity.Of(small, other).item<float>(), enlarged.item<float>(), 1e-4f);

        static Tensor Doubled(Tensor pictures) => pictures.repeat_interleave(2, 2).repeat_interleave(2, 3);
    }

    /// <summary>What the product makes of the reference's value.</summary>
    private static double Mapped(FaceSimilarity kind, double value) =>
        kind == FaceSimilarity.PeakSignalToNoise ? value / (20 * Math.Log10(255)) : Math.Max(0, value);

    /// <summary>[N, 3, S, S] in [0, 1].</summary>
    private static Tensor Pictures(IReadOnlyList<JsonElement> pairs, string key)
    {
        var side = Golden.GetProperty("side").GetInt32();
        return cat([.. pairs.Select(pair => tensor(pair.GetProperty(key).Bytes()).view(1, 3, side, side))]).to(float32).div(tensor(255f));
    }
}
