using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SsFer.Learning.Training;

/// <summary>
/// The C library's heap, from which libtorch takes its tensors. glibc gives what lies on top of it back to the system as soon as it is
/// free, and a training step, which needs the same pieces again at once, gets them page by page: of a residual network's step that was
/// a third of the time (decision 19).
/// </summary>
internal static partial class HeapSettings
{
    private const int TrimThreshold = -1,
        MmapThreshold = -3; // malloc.h

    private const int LargestMmapThreshold = 32 << 20; // glibc takes no more

    /// <summary>What the user has set stays.</summary>
    private static readonly string[] OfTheUser = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES"];

    [ModuleInitializer]
    [SuppressMessage(
        "Usage",
        "CA2255:The 'ModuleInitializer' attribute should not be used in libraries",
        Justification = "As OpenMpSettings: nothing can allocate a tensor before it."
    )]
    internal static void Apply()
    {
        if (!OperatingSystem.IsLinux() || OfTheUser.Any(name => Environment.GetEnvironmentVariable(name) is not null))
        {
            return;
        }

        try
        {
            _ = SetOption(MmapThreshold, LargestMmapThreshold);
            _ = SetOption(TrimThreshold, int.MaxValue);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such options
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
