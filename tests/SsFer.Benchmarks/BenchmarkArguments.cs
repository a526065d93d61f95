using System.Globalization;

namespace SsFer.Benchmarks;

/// <summary>What to measure and where.</summary>
/// <param name="Names">Parts of names of the cases wanted; none means all.</param>
/// <param name="Device">auto, cpu, cuda or cuda:n.</param>
/// <param name="Threads">Compute threads; 0 takes all cores.</param>
/// <param name="Rounds">Rounds of which the median counts.</param>
internal sealed record BenchmarkArguments(IReadOnlyList<string> Names, string Device, int Threads, int Rounds)
{
    public static BenchmarkArguments Parse(ReadOnlySpan<string> arguments)
    {
        List<string> names = [];
        var (device, threads, rounds) = ("cpu", 0, 5);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--device":
                    device = arguments[++i];
                    break;
                case "--threads":
                    threads = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--rounds":
                    rounds = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                default:
                    names.Add(arguments[i]);
                    break;
            }
        }

        return new BenchmarkArguments(names, device, threads, rounds);
    }

    public bool Wants(string name) => Names.Count == 0 || Names.All(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
