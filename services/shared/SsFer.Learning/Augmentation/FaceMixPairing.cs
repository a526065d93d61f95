using SsFer.Learning.Randomness;
using SsFer.Recipes;

namespace SsFer.Learning.Augmentation;

/// <summary>The data side of Mixup and FaceMix (stage two): who is mixed with whom, how much, and how different their faces lie.</summary>
public static class FaceMixPairing
{
    /// <summary>Partner of sample i: the batch reversed, N - 1 - i.</summary>
    public static int Partner(int sample, int batchSize) => batchSize - 1 - sample;

    /// <summary>lambda ~ Beta(alpha, alpha), one per batch (paper eq. 6; ref alpha = 1).</summary>
    public static double Lambda(ulong seed, long step, double alpha) =>
        new CounterRandom(seed, RandomPurpose.Mixing, step).NextBeta(alpha, alpha);

    /// <summary>
    /// kappa = 1 - IoU of each sample's box with its partner's (paper eq. 8, 9), both [N], boxes in the coordinates of the views.
    /// </summary>
    public static void Kappa(ReadOnlySpan<FaceBox> boxes, Span<float> kappa)
    {
        if (boxes.Length != kappa.Length)
        {
            throw new ArgumentException($"{boxes.Length} boxes but {kappa.Length} places for kappa", nameof(kappa));
        }

        for (var i = 0; i < boxes.Length; i++)
        {
            kappa[i] = 1 - boxes[i].IntersectionOverUnion(boxes[Partner(i, boxes.Length)]);
        }
    }
}
