using SsFer.Learning.Randomness;
using SsFer.Learning.Recipes;

namespace SsFer.Learning.Augmentation;

/// <summary>The operations of timm's "increasing" set, in its order.</summary>
public enum AugmentationOperation
{
    AutoContrast,
    Equalize,
    Invert,
    Rotate,
    Posterize,
    Solarize,
    SolarizeAdd,
    Color,
    Contrast,
    Brightness,
    Sharpness,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
}

/// <summary>
/// RandAugment as in timm's <c>rand-m9-mstd0.5-inc1</c> on 8-bit pixels: operations drawn with replacement, each applied with a
/// probability, its magnitude m ~ N(9, 0.5) clipped to [0, 10], its sign random where it has one.
/// </summary>
/// <param name="settings">How many, how strong, how often.</param>
/// <param name="fill">Colour (red, green, blue) of what a geometric operation uncovers; see <see cref="MeanColour"/>.</param>
public sealed class RandAugment(RandAugmentSettings settings, byte[] fill)
{
    private static readonly int OperationCount = Enum.GetValues<AugmentationOperation>().Length;

    private readonly byte[] _fill = fill is { Length: 3 } ? fill : throw new ArgumentException("the fill colour has three channels", nameof(fill));

    /// <summary>The dataset's mean colour in bytes.</summary>
    public static byte[] MeanColour(Normalisation normalisation)
    {
        ArgumentNullException.ThrowIfNull(normalisation);
        return [.. normalisation.Mean.Select(m => (byte)Math.Min(255, Math.Round(255 * m)))];
    }

    /// <summary>Augments [3, size, size] in place.</summary>
    public void Apply(Span<byte> pixels, int size, CounterRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (pixels.Length != 3 * size * size) throw new ArgumentException($"{pixels.Length} bytes are not a picture of shape [3, {size}, {size}]", nameof(pixels));
        for (var i = 0; i < settings.Operations; i++)
        {
            var operation = (AugmentationOperation)random.NextInt(OperationCount);
            if (!random.NextBool(settings.Probability)) continue;
            var magnitude = Math.Clamp(settings.Magnitude + settings.MagnitudeStd * random.NextGaussian(), 0, 10);
            Apply(operation, magnitude, negative: random.NextBool(), pixels, size);
        }
    }

    /// <summary>Applies one operation in place; <paramref name="magnitude"/> in [0, 10], <paramref name="negative"/> where the operation has a sign.</summary>
    internal void Apply(AugmentationOperation operation, double magnitude, bool negative, Span<byte> pixels, int size)
    {
        // level in [0, 1]: the order of operations is timm's, so that rounding is too. It keeps an enhancement factor at 0.1 or more.
        var level = magnitude / 10;
        var signed = negative ? -level : level;
        var factor = (float)Math.Max(0.1, 1 + signed * 0.9);
        switch (operation)
        {
            case AugmentationOperation.AutoContrast: LookupOperations.AutoContrast(pixels); break;
            case AugmentationOperation.Equalize: LookupOperations.Equalize(pixels); break;
            case AugmentationOperation.Invert: LookupOperations.Invert(pixels); break;
            case AugmentationOperation.Posterize: LookupOperations.Posterize(pixels, bits: 4 - (int)(level * 4)); break;
            case AugmentationOperation.Solarize: LookupOperations.Solarize(pixels, threshold: 256 - (int)(level * 256)); break;
            case AugmentationOperation.SolarizeAdd: LookupOperations.SolarizeAdd(pixels, addend: (int)(level * 110)); break;
            case AugmentationOperation.Color: EnhanceOperations.Color(pixels, factor); break;
            case AugmentationOperation.Contrast: EnhanceOperations.Contrast(pixels, factor); break;
            case AugmentationOperation.Brightness: EnhanceOperations.Brightness(pixels, factor); break;
            case AugmentationOperation.Sharpness: EnhanceOperations.Sharpness(pixels, size, factor); break;
            case AugmentationOperation.Rotate: AffineOperation.Rotation(signed * 30, size).Apply(pixels, size, _fill); break;
            case AugmentationOperation.ShearX: AffineOperation.ShearX(signed * 0.3).Apply(pixels, size, _fill); break;
            case AugmentationOperation.ShearY: AffineOperation.ShearY(signed * 0.3).Apply(pixels, size, _fill); break;
            case AugmentationOperation.TranslateX: AffineOperation.TranslateX(signed * 0.45 * size).Apply(pixels, size, _fill); break;
            case AugmentationOperation.TranslateY: AffineOperation.TranslateY(signed * 0.45 * size).Apply(pixels, size, _fill); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, null);
        }
    }
}
