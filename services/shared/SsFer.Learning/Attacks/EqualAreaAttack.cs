using SsFer.Learning.Randomness;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Attacks;

/// <summary>
/// The fair form of <see cref="RegionAttack"/>'s question (ours): the most and the least salient pixels of a picture by Grad-CAM, and
/// random ones, each time the same number of them. The regions that the paper compares have different areas, so that the larger one
/// loses more.
/// </summary>
public static class EqualAreaAttack
{
    /// <summary>Shares of a picture's pixels.</summary>
    public static IReadOnlyList<double> Shares { get; } = [0.1, 0.25, 0.5];

    /// <summary>Attacks every face of a source in each region with each strength, in fp32.</summary>
    /// <param name="classifier">White box.</param>
    /// <param name="source">Faces with labels; at least one.</param>
    /// <param name="epsilons">Largest changes of a pixel value in [0, 1].</param>
    /// <param name="method">The attack.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="ArgumentException">A face has no label, or there is none.</exception>
    public static IReadOnlyList<EqualAreaRow> Measure(
        Classifier classifier,
        IFaceSource source,
        IReadOnlyList<double> epsilons,
        AttackMethod method,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(epsilons);
        var right = new long[Shares.Count, epsilons.Count, 3];
        BatchAttack.Each(
            classifier,
            source,
            method,
            (attack, map, first) =>
            {
                foreach (var (i, share) in Shares.Index())
                {
                    foreach (var (kind, region) in SalientRegions.Of(map.Values, share, first).Index())
                    {
                        for (var k = 0; k < epsilons.Count; k++)
                        {
                            right[i, k, kind] += attack.CountRight(region, epsilons[k]);
                        }
                    }
                }
            },
            cancellationToken
        );
        return
        [
            .. Shares.SelectMany(
                (share, i) =>
                    epsilons.Select(
                        (epsilon, k) => new EqualAreaRow(share, epsilon, Accuracy(i, k, 0), Accuracy(i, k, 1), Accuracy(i, k, 2))
                    )
            ),
        ];

        double Accuracy(int share, int epsilon, int kind) => (double)right[share, epsilon, kind] / source.Count;
    }
}

/// <summary>Accuracy where a share of each picture is attacked.</summary>
/// <param name="Share">Of the picture's pixels.</param>
/// <param name="Epsilon">Largest change of a pixel value in [0, 1].</param>
/// <param name="Most">Where those change that the classifier looks at most.</param>
/// <param name="Least">Where those change that it looks at least.</param>
/// <param name="Random">Where random ones change.</param>
public sealed record EqualAreaRow(double Share, double Epsilon, double Most, double Least, double Random);

/// <summary>Regions of the same area in pictures.</summary>
internal static class SalientRegions
{
    /// <summary>
    /// The most salient pixels, the least salient ones, and random ones. Of equal values chance decides, the same each time.
    /// </summary>
    /// <param name="maps">Grad-CAM's, [N, S, S].</param>
    /// <param name="share">Of the pixels.</param>
    /// <param name="first">Index of the first picture in its source, which chance derives from.</param>
    /// <returns>Three times [N, 1, S, S], bool.</returns>
    public static IReadOnlyList<Tensor> Of(Tensor maps, double share, int first)
    {
        long n = maps.shape[0],
            side = maps.shape[^1];
        var pixels = (int)(side * side);
        var count = (int)Math.Round(share * pixels, MidpointRounding.AwayFromZero);
        var values = maps.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        bool[] most = new bool[values.Length],
            least = new bool[values.Length],
            random = new bool[values.Length];
        for (var picture = 0; picture < n; picture++)
        {
            int[] order = [.. Enumerable.Range(picture * pixels, pixels)];
            new CounterRandom(0, RandomPurpose.AttackRegion, sample: first + picture).Shuffle<int>(order);
            Mark(random, order.Take(count));
            int[] ranked = [.. order.OrderByDescending(pixel => values[pixel])]; // stable: equal ones stay as they were shuffled
            Mark(most, ranked.Take(count));
            Mark(least, ranked.TakeLast(count));
        }

        return [Region(most), Region(least), Region(random)];

        Tensor Region(bool[] marked) => tensor(marked).view(n, 1, side, side).to(maps.device);
    }

    private static void Mark(bool[] region, IEnumerable<int> pixels)
    {
        foreach (var pixel in pixels)
        {
            region[pixel] = true;
        }
    }
}
