using System.Runtime.InteropServices;

namespace SsFer.Learning.Tests.Training;

/// <summary>
/// Bytes that native code has allocated: tensors on the CPU. What the kernel says of a process also counts pages that were freed and
/// not given back.
/// </summary>
internal static partial class NativeHeap
{
    /// <summary>Only glibc tells, from version 2.33.</summary>
    public static bool IsKnown { get; } =
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var libc)
        && NativeLibrary.TryGetExport(libc, "mallinfo2", out _);

    /// <summary>The most that <paramref name="action"/> needs at a time, in bytes over what is allocated when it starts.</summary>
    public static long PeakOf(Action action)
    {
        long before = Allocated(),
            peak = before;
        var done = false;
        var sampler = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                peak = Math.Max(peak, Allocated());
                Thread.Yield();
            }
        });
        sampler.Start();
        try
        {
            action();
        }
        finally
        {
            Volatile.Write(ref done, true);
            sampler.Join();
        }

        return peak - before;
    }

    /// <summary>Bytes that are allocated now.</summary>
    public static long Allocated()
    {
        var info = Mallinfo2();
        return (long)(info.InUse + info.Mapped);
    }

    [DllImport("libc.so.6", EntryPoint = "mallinfo2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern MallocInfo Mallinfo2();

    /// <summary><c>struct mallinfo2</c> (mallinfo(3)).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MallocInfo
    {
        private readonly nuint _arena,
            _freeChunks,
            _fastChunks,
            _mappings;

        /// <summary>Bytes in blocks with a mapping of their own (hblkhd).</summary>
        public readonly nuint Mapped;

        private readonly nuint _unused,
            _freeFast;

        /// <summary>Bytes in use in the arenas (uordblks).</summary>
        public readonly nuint InUse;

        private readonly nuint _free,
            _keepCost;
    }
}
