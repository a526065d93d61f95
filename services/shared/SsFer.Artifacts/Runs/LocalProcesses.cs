using System.Diagnostics;
using System.Globalization;

namespace SsFer.Artifacts.Runs;

/// <summary>What this machine knows of its own processes.</summary>
internal static class LocalProcesses
{
    /// <summary>
    /// Two containers of one host share its boot, and perhaps their host name, but not their process ids: the namespace sets them
    /// apart.
    /// </summary>
    public static string Machine { get; } = string.Join('/', Environment.MachineName, BootId(), ProcessNamespace());

    /// <summary>
    /// Start of a living process, see <see cref="StageOwner.ProcessStart"/>; null where there is none, or only its unreaped remains.
    /// </summary>
    public static long? StartOf(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            return StartFromProc(processId);
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    // Process.StartTime is derived from the wall clock on Linux and moves when the clock is set; the kernel's own tick count does not.
    private static long? StartFromProc(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            // The second field, the command in parentheses, may hold anything; field 3 (state) follows its last parenthesis, field 22
            // is the start.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string BootId() => OperatingSystem.IsLinux() ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    private static string ProcessNamespace() => OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget ?? "" : "";
}
