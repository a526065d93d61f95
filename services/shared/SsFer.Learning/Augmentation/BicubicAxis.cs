using System.Collections.Concurrent;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// Weights that take one axis from <paramref name="Length"/> samples to <paramref name="Size"/>: output i is the sum over t of
/// <c>Weights[i * Taps + t] * input[First[i] + t]</c>. Antialiased bicubic as in PIL and PyTorch (<c>antialias=True</c>): Keys' cubic with
/// a = -0.5, stretched by the scale when shrinking, cut at the borders and normalised to sum 1.
/// </summary>
internal sealed record BicubicAxis(int Length, int Size, int Taps, int[] First, float[] Weights)
{
    // A crop window has few possible lengths (at most the picture's side), so the weights of every pair met are kept.
    private static readonly ConcurrentDictionary<(int Length, int Size), BicubicAxis> Known = new();

    public static BicubicAxis Of(int length, int size) => Known.GetOrAdd((length, size), static key => Create(key.Length, key.Size));

    private static BicubicAxis Create(int length, int size)
    {
        var scale = (double)length / size;
        var stretch = Math.Max(scale, 1);
        var support = 2 * stretch;
        var taps = Math.Min(length, 2 * (int)Math.Ceiling(support) + 1);
        var first = new int[size];
        var weights = new float[size * taps];
        Span<double> row = stackalloc double[taps];
        for (var i = 0; i < size; i++)
        {
            var centre = scale * (i + 0.5);
            var begin = Math.Max((int)(centre - support + 0.5), 0);
            var count = Math.Min((int)(centre + support + 0.5), length) - begin;
            // Near the far border the row is moved back so that all rows have the same number of taps; the taps before `begin` weigh
            // nothing.
            first[i] = Math.Min(begin, length - taps);
            row.Clear();
            var sum = 0.0;
            for (var t = begin - first[i]; t < begin - first[i] + count; t++)
            {
                sum += row[t] = Cubic((first[i] + t + 0.5 - centre) / stretch);
            }

            for (var t = 0; t < taps; t++)
            {
                weights[i * taps + t] = (float)(row[t] / sum);
            }
        }
        return new BicubicAxis(length, size, taps, first, weights);
    }

    private static double Cubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return x switch
        {
            < 1 => ((A + 2) * x - (A + 3)) * x * x + 1,
            < 2 => ((x - 5) * x + 8) * x * A - 4 * A,
            _ => 0,
        };
    }
}
