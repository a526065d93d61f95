using SsFer.Learning.Augmentation;
using SsFer.Learning.Tests.Golden;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Augmentation;

/// <summary>Every operation against PIL called as timm calls it; numbers by Golden/rand_augment.py.</summary>
public sealed class RandAugmentGoldenTests
{
    public static TheoryData<AugmentationOperation> Operations => [.. Enum.GetValues<AugmentationOperation>()];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_RandomPictures_EqualsPil(AugmentationOperation operation)
    {
        var golden = GoldenFile.Read("rand_augment.json");
        var side = golden.GetProperty("side").GetInt32();
        byte[] fill = [.. golden.GetProperty("fill").EnumerateArray().Select(v => v.GetByte())];
        var pictures = golden.GetProperty("pictures").EnumerateArray().Select(p => p.Bytes()).ToArray();
        var randAugment = new RandAugment(new RandAugmentSettings(), fill);
        var cases = golden
            .GetProperty("cases")
            .EnumerateArray()
            .Where(c => c.GetProperty("operation").GetString() == operation.ToString())
            .ToArray();
        Assert.Equal(8, cases.Length);
        foreach (var expected in cases)
        {
            var pixels = pictures[expected.GetProperty("picture").GetInt32()].ToArray();
            randAugment.Apply(
                operation,
                expected.GetProperty("magnitude").GetDouble(),
                expected.GetProperty("negative").GetBoolean(),
                pixels,
                side
            );
            Assert.Equal(expected.GetProperty("pixels").Bytes(), pixels);
        }
    }

    [Fact]
    public void Equalize_MorePixelsThanLevels_EqualsPil()
    {
        var golden = GoldenFile.Read("rand_augment.json");
        var pixels = golden.GetProperty("large").Bytes();
        LookupOperations.Equalize(pixels);
        Assert.Equal(golden.GetProperty("equalised").Bytes(), pixels);
    }
}
