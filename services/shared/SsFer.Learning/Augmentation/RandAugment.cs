using SsFer.Learning.Randomness;
using SsFer.Learning.Recipes;

namespace SsFer.Learning.Augmentation;

/// <summary>RandAugment as in timm's <c>rand-m9-mstd0.5-inc1</c> (method 3) on 8-bit pixels [3, S, S].</summary>
public sealed class RandAugment(RandAugmentSettings settings, byte[] fill)
{
    /// <summary>The dataset's mean colour in bytes, which fills what a shift or turn uncovers.</summary>
    public static byte[] MeanColour(Normalisation normalisation)
    {
        ArgumentNullException.ThrowIfNull(normalisation);
        return [.. normalisation.Mean.Select(m => (byte)Math.Min(255, Math.Round(255 * m)))];
    }

    /// <summary>Augments in place.</summary>
    public void Apply(Span<byte> pixels, int size, CounterRandom random) => throw new NotImplementedException($"{settings} {fill.Length}");
}
