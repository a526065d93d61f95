using System.Globalization;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>What <c>auto</c> goes by to choose between single precision and bf16.</summary>
public sealed record AutoPrecision
{
    /// <summary>Width of the model.</summary>
    public int Width { get; init; } = 192;

    /// <summary>
    /// <see cref="ComputeTarget.Fingerprint"/> of checkpoints that the work goes on from. One of such a machine decides, with
    /// whatever number of threads: a new measurement might choose otherwise, and a run would change its arithmetic in its midst.
    /// </summary>
    public IReadOnlyList<string> Recorded { get; init; } = [];

    /// <summary>Times both for a model of the given width; null where the processor has no bf16.</summary>
    public Func<int, ArithmeticTimes?> Time { get; init; } = ArithmeticTimes.Measure;

    /// <summary>The target with the arithmetic to use, and why.</summary>
    /// <param name="fp32">The target in single precision.</param>
    internal ComputeTarget Choose(ComputeTarget fp32)
    {
        var bf16 = fp32 with { Type = ScalarType.BFloat16 };
        if (fp32.Device.type == TorchSharp.DeviceType.CUDA)
        {
            return bf16;
        }

        ComputeTarget[] both = [bf16, fp32];
        if (Recorded.SelectMany(recorded => both.Where(target => target.DiffersInThreadsAtMost(recorded))).FirstOrDefault() is { } before)
        {
            return before with { Reason = "as its checkpoint" };
        }

        return Time(Width) switch
        {
            null => fp32,
            { Bf16IsFaster: true } times => bf16 with { Reason = Compared("fp32", times.Fp32 / times.Bf16) },
            var times => fp32 with { Reason = Compared("bf16", times.Bf16 / times.Fp32) },
        };
    }

    private static string Compared(string other, double ratio) =>
        string.Create(CultureInfo.InvariantCulture, $"measured at {ratio:0.0} x the rate of {other}");
}
