using static TorchSharp.torch;

namespace SsFer.Benchmarks;

/// <summary>The best rate at which this process multiplies matrices: what a step's own rate is held against.</summary>
internal static class GemmCeiling
{
    private static readonly Dictionary<(ScalarType Type, string Device), double> Measured = [];

    /// <summary>Best of several square sizes, each the median over rounds, in operations a second.</summary>
    public static double Of(ScalarType type, Device device, int rounds)
    {
        var key = (type, device.ToString());
        if (!Measured.TryGetValue(key, out var best))
        {
            Measured[key] = best = Sizes(device).Max(size => Rate(type, device, size, rounds));
        }

        return best;
    }

    private static long[] Sizes(Device device) => device.type == TorchSharp.DeviceType.CPU ? [1024, 2048, 3072] : [4096, 8192];

    private static double Rate(ScalarType type, Device device, long size, int rounds)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor a = randn([size, size], type, device),
            b = randn([size, size], type, device);
        var seconds = Stopwatches.Median(() => a.matmul(b).Dispose(), rounds, 0.5, device.type != TorchSharp.DeviceType.CPU);
        return 2.0 * size * size * size / seconds;
    }
}
