using System.Diagnostics;
using TorchSharp;

namespace SsFer.Benchmarks;

/// <summary>Times work that may run on a device behind the caller's back.</summary>
internal static class Stopwatches
{
    /// <summary>Seconds of one call: the median over rounds, each of as many calls as fill the given time.</summary>
    public static double Median(Action work, int rounds, double secondsPerRound, bool onDevice)
    {
        var once = Math.Min(Time(work, 1, onDevice), Time(work, 1, onDevice));
        var calls = Math.Max(1, (int)(secondsPerRound / Math.Max(once, 1e-7)));
        double[] seconds = [.. Enumerable.Range(0, rounds).Select(_ => Time(work, calls, onDevice) / calls).Order()];
        return seconds[seconds.Length / 2];
    }

    private static double Time(Action work, int calls, bool onDevice)
    {
        Synchronise(onDevice);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < calls; i++)
        {
            work();
        }

        Synchronise(onDevice);
        return watch.Elapsed.TotalSeconds;
    }

    private static void Synchronise(bool onDevice)
    {
        if (onDevice)
        {
            torch.cuda.synchronize();
        }
    }
}
