using System.Diagnostics;
using System.Globalization;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Benchmarks;

/// <summary>Images a second of every step beside the rate of the matrix units, measured in the same process.</summary>
internal static class StepReport
{
    private const double SecondsPerRound = 3;

    public static int Run(BenchmarkArguments arguments)
    {
        Console.WriteLine("| step | precision | images/s | ms/step | GFLOP/s | ceiling | achieved / ceiling |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var precision in new[] { Precision.Bf16, Precision.Fp32 })
        {
            var target = ComputeTarget.Choose(arguments.Device, precision, arguments.Threads);
            foreach (var (name, create) in StepCases.For(target.Device))
            {
                if (
                    !arguments.Wants($"{name} {precision}")
                    || (name.Contains("reference", StringComparison.Ordinal) && precision != Precision.Fp32)
                )
                {
                    continue;
                }

                var ceiling = GemmCeiling.Of(target.Type, target.Device, arguments.Rounds);
                using var step = create(target);
                var seconds = Stopwatches.Median(
                    step.Step,
                    arguments.Rounds,
                    SecondsPerRound,
                    target.Device.type != TorchSharp.DeviceType.CPU
                );
                var rate = step.Operations / seconds;
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {name} | {precision} | {step.Images / seconds:F1} | {1000 * seconds:F1} | {rate / 1e9:F0} | "
                            + $"{ceiling / 1e9:F0} | {rate / ceiling:F2} |"
                    )
                );
            }
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\npeak resident memory {process.PeakWorkingSet64 / 1e9:F2} GB"));
        return 0;
    }
}
