using System.Diagnostics;
using System.Globalization;

namespace SsFer.Inference.Tests;

/// <summary>A control group of the kernel (version 1 or 2) that kills what is in it and takes more memory than its limit.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private static readonly (string Root, string Limit)[] Versions =
    [
        ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
        ("/sys/fs/cgroup", "memory.max"),
    ];

    private readonly string _folder;

    private MemoryGroup(string folder) => _folder = folder;

    /// <summary>Null where this user may make none, as in most containers.</summary>
    public static MemoryGroup? TryCreate(long bytes)
    {
        foreach (var (root, limit) in Versions.Where(version => File.Exists(Path.Combine(version.Root, "cgroup.procs"))))
        {
            var folder = Path.Combine(root, $"ssfer-{Guid.NewGuid():n}");
            try
            {
                Directory.CreateDirectory(folder);
                File.WriteAllText(Path.Combine(folder, limit), bytes.ToString(CultureInfo.InvariantCulture));
                var group = new MemoryGroup(folder);
                if (group.TakesProcesses())
                {
                    return group;
                }

                TryDelete(folder);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                TryDelete(folder);
            }
        }

        return null;
    }

    /// <summary>How a program is started so that it is in the group from its first instruction.</summary>
    public ProcessStartInfo Start(string program, params IEnumerable<string> arguments) =>
        new("sh", ["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", _folder, program, .. arguments]);

    /// <summary>A limit may be written where processes may not be moved.</summary>
    private bool TakesProcesses()
    {
        using var process = Process.Start(Start("true"))!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>Once its processes have ended.</summary>
    public void Dispose() => TryDelete(_folder);

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // was never made, or the kernel has not yet seen that its last process is gone: an empty group costs nothing
        }
    }
}
