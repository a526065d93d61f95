using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>Seconds that the same matrix product takes in single precision and in bf16 on this processor, the fastest of several.</summary>
public sealed record ArithmeticTimes(double Fp32, double Bf16)
{
    private const long Operations = 1_000_000_000; // some 10 ms in fp32 on two cores
    private const int Rounds = 6;

    // Everything but the products moves half the bytes in bf16; and a choice by a hair would be another one at the next start.
    private const double Advantage = 1.1;

    public bool Bf16IsFaster => Bf16 <= Advantage * Fp32;

    /// <summary>Times a layer from <paramref name="width"/> to four times that, the widest of a block, in a tenth of a second.</summary>
    /// <returns>Null where the processor has no bf16, which is then emulated and slow.</returns>
    public static ArithmeticTimes? Measure(int width)
    {
        if (!ProcessorHasBf16())
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rows = Math.Clamp(Operations / (8L * width * width), 64, 4096);
        Tensor faces = ones(rows, width),
            weights = ones(width, 4L * width);
        Tensor halfFaces = faces.to(ScalarType.BFloat16),
            halfWeights = weights.to(ScalarType.BFloat16);
        double fp32 = double.PositiveInfinity,
            bf16 = double.PositiveInfinity;
        for (var round = 0; round < Rounds; round++) // in turns: what disturbs the machine disturbs both
        {
            fp32 = Math.Min(fp32, Seconds(faces, weights));
            bf16 = Math.Min(bf16, Seconds(halfFaces, halfWeights));
        }

        return new ArithmeticTimes(fp32, bf16);
    }

    /// <summary>.NET has no name for the flag, so the kernel is asked.</summary>
    internal static bool ProcessorHasBf16()
    {
        const string CpuInfo = "/proc/cpuinfo";
        return File.Exists(CpuInfo)
            && File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) is { } flags
            && (flags.Contains(" avx512_bf16", StringComparison.Ordinal) || flags.Contains(" amx_bf16", StringComparison.Ordinal));
    }

    private static double Seconds(Tensor left, Tensor right)
    {
        var start = TimeProvider.System.GetTimestamp();
        left.matmul(right).Dispose();
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }
}
