using SsFer.Learning.Randomness;
using SsFer.Recipes;

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

    private readonly byte[] _fill = fill is { Length: 3 }
        ? fill
        : throw new ArgumentException("the fill colour has three channels", nameof(fill));
    private readonly bool _fillIsGrey = fill[0] == fill[1] && fill[1] == fill[2];

    /// <summary>The dataset's mean colour in bytes.</summary>
    public static byte[] MeanColour(Normalisation normalisation)
    {
        ArgumentNullException.ThrowIfNull(normalisation);
        return [.. normalisation.Mean.Select(m => (byte)Math.Min(255, Math.Round(255 * m)))];
    }

    /// <summary>Augments [3, size, size] in place.</summary>
    public void Apply(Span<byte> pixels, int size, CounterRandom random) => Apply(pixels, size, planes: 3, random);

    /// <summary>
    /// Augments [3, size, size] in place. Of a grey picture (<paramref name="planes"/> 1) only the first plane is given,
    /// and only that one is worked on until an operation makes the channels differ.
    /// </summary>
    /// <returns>1 where the first plane still stands for all three, else 3.</returns>
    internal int Apply(Span<byte> pixels, int size, int planes, CounterRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (pixels.Length != 3 * size * size)
        {
            throw new ArgumentException($"{pixels.Length} bytes are not a picture of shape [3, {size}, {size}]", nameof(pixels));
        }

        for (var i = 0; i < settings.Operations; i++)
        {
            var operation = (AugmentationOperation)random.NextInt(OperationCount);
            if (!random.NextBool(settings.Probability))
            {
                continue;
            }

            var magnitude = Math.Clamp(settings.Magnitude + settings.MagnitudeStd * random.NextGaussian(), 0, 10);
            planes = Apply(operation, magnitude, negative: random.NextBool(), pixels, size, planes);
        }
        return planes;
    }

    /// <summary>
    /// Applies one operation in place; <paramref name="magnitude"/> in [0, 10], <paramref name="negative"/> where the operation has a
    /// sign.
    /// </summary>
    /// <returns>How many planes differ now.</returns>
    internal int Apply(AugmentationOperation operation, double magnitude, bool negative, Span<byte> pixels, int size, int planes = 3)
    {
        // level in [0, 1]: the order of operations is timm's, so that rounding is too. It keeps an enhancement factor at 0.1 or more.
        var level = magnitude / 10;
        var signed = negative ? -level : level;
        if (Geometric(operation, signed, size) is { } transform)
        {
            var planesAfter = _fillIsGrey ? planes : 3; // what it uncovers has the fill's colour
            transform.Apply(pixels[..(planesAfter * size * size)], size, _fill, planes);
            return planesAfter;
        }
        var factor = (float)Math.Max(0.1, 1 + signed * 0.9);
        var given = pixels[..(planes * size * size)];
        switch (operation)
        {
            case AugmentationOperation.AutoContrast:
                LookupOperations.AutoContrast(given, planes);
                break;
            case AugmentationOperation.Equalize:
                LookupOperations.Equalize(given, planes);
                break;
            case AugmentationOperation.Invert:
                LookupOperations.Invert(given);
                break;
            case AugmentationOperation.Posterize:
                LookupOperations.Posterize(given, bits: 4 - (int)(level * 4));
                break;
            case AugmentationOperation.Solarize:
                LookupOperations.Solarize(given, threshold: 256 - (int)(level * 256));
                break;
            case AugmentationOperation.SolarizeAdd:
                LookupOperations.SolarizeAdd(given, addend: (int)(level * 110));
                break;
            case AugmentationOperation.Color when planes == 1:
                break; // grey is its own grey
            case AugmentationOperation.Color:
                EnhanceOperations.Color(given, factor);
                break;
            case AugmentationOperation.Contrast:
                EnhanceOperations.Contrast(given, factor, planes);
                break;
            case AugmentationOperation.Brightness:
                EnhanceOperations.Brightness(given, factor);
                break;
            case AugmentationOperation.Sharpness:
                EnhanceOperations.Sharpness(given, size, factor, planes);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, null);
        }
        return planes;
    }

    private static AffineOperation? Geometric(AugmentationOperation operation, double signed, int size) =>
        operation switch
        {
            AugmentationOperation.Rotate => AffineOperation.Rotation(signed * 30, size),
            AugmentationOperation.ShearX => AffineOperation.ShearX(signed * 0.3),
            AugmentationOperation.ShearY => AffineOperation.ShearY(signed * 0.3),
            AugmentationOperation.TranslateX => AffineOperation.TranslateX(signed * 0.45 * size),
            AugmentationOperation.TranslateY => AffineOperation.TranslateY(signed * 0.45 * size),
            _ => null,
        };
}
