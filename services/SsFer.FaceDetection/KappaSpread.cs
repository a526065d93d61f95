using SsFer.Recipes;

namespace SsFer.FaceDetection;

/// <summary>
/// How kappa = 1 - IoU (paper eq. 8, 9) spreads over random pairs of prepared faces, before augmentation. A spread near zero says that
/// FaceMix would be plain Mixup on this dataset.
/// </summary>
public sealed record KappaSpread(float Mean, float Percentile5, float Median, float Percentile95)
{
    /// <summary>Pairs drawn: enough for two stable digits.</summary>
    public const int Pairs = 20_000;

    private const ulong Seed = 1;

    /// <param name="boxes">One per picture of the dataset.</param>
    /// <returns>Null where there are fewer than two boxes; the same boxes give the same figures.</returns>
    public static KappaSpread? Of(IReadOnlyList<FaceBox> boxes)
    {
        if (boxes.Count < 2)
        {
            return null;
        }

        var kappas = new float[Pairs];
        for (var pair = 0; pair < Pairs; pair++)
        {
            var first = Draw(2 * (ulong)pair, boxes.Count);
            var second = (first + 1 + Draw(2 * (ulong)pair + 1, boxes.Count - 1)) % boxes.Count; // never the first again
            kappas[pair] = 1 - boxes[first].IntersectionOverUnion(boxes[second]);
        }
        Array.Sort(kappas);
        return new KappaSpread((float)kappas.Average(kappa => (double)kappa), At(0.05), At(0.5), At(0.95));

        float At(double share) => kappas[(int)Math.Round(share * (Pairs - 1))];
    }

    // SplitMix64 (Steele et al. 2014): stateless, and the same on every runtime.
    private static int Draw(ulong counter, int below)
    {
        var z = Seed + (counter + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return (int)(((z >> 32) * (ulong)below) >> 32);
    }
}
