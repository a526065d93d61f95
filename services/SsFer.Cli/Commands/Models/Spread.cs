using System.Globalization;

namespace SsFer.Cli.Commands.Models;

/// <summary>Mean and sample standard deviation; the latter is null for a single value.</summary>
internal readonly record struct Spread(double Mean, double? Deviation, int Decimals)
{
    public static Spread Of(IEnumerable<double> values, int decimals)
    {
        double[] all = [.. values];
        var mean = all.Average();
        return new Spread(
            mean,
            all.Length < 2 ? null : Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1)),
            decimals
        );
    }

    public override string ToString()
    {
        var format = $"F{Decimals}";
        var mean = Mean.ToString(format, CultureInfo.InvariantCulture);
        return Deviation is { } deviation ? $"{mean} ± {deviation.ToString(format, CultureInfo.InvariantCulture)}" : mean;
    }
}
