using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SsFer.Learning.Training;

/// <summary>Settings that libtorch's OpenMP runtime reads from the environment when it is loaded, so they are made before.</summary>
internal static partial class OpenMpSettings
{
    /// <summary>
    /// Turns a thread spins, about a tenth of a millisecond, before it sleeps until the others arrive. The runtime's own 300,000
    /// are as fast on a quiet machine; beside another busy process they are a disaster, because a thread that has no core is waited
    /// for by one that burns the other (decision 8).
    /// </summary>
    private const string SpinCount = "10000";

    [ModuleInitializer]
    [SuppressMessage(
        "Usage",
        "CA2255:The 'ModuleInitializer' attribute should not be used in libraries",
        Justification = "Nothing of this library can load libtorch before it; a method to be called first would be forgotten."
    )]
    internal static void Apply()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetEnvironmentVariable("GOMP_SPINCOUNT", SpinCount, overwrite: 0); // what the user has set stays
        }
    }

    // Environment.SetEnvironmentVariable changes .NET's copy alone, which native code does not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
