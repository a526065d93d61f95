using System.Diagnostics;

namespace SsFer.Artifacts.Runs;

/// <summary>Who holds a claim, precise enough to tell on the same machine whether it still lives.</summary>
public sealed record StageOwner
{
    /// <summary>Host name, for people.</summary>
    public required string Host { get; init; }

    /// <summary>The space in which <see cref="ProcessId"/> means anything: host, boot and process namespace.</summary>
    public required string Machine { get; init; }

    public required int ProcessId { get; init; }

    /// <summary>Tells a process from a later one of the same id: clock ticks since boot on Linux, UTC ticks elsewhere.</summary>
    public required long ProcessStart { get; init; }

    /// <summary>Tells several workers of one process apart.</summary>
    public required string Instance { get; init; }

    /// <summary>An owner within this process.</summary>
    public static StageOwner Current()
    {
        using var process = Process.GetCurrentProcess();
        return Of(process);
    }

    /// <summary>An owner within a process of this machine.</summary>
    public static StageOwner Of(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return new StageOwner
        {
            Host = Environment.MachineName,
            Machine = LocalProcesses.Machine,
            ProcessId = process.Id,
            ProcessStart = LocalProcesses.StartOf(process.Id)
                ?? throw new InvalidOperationException($"process {process.Id} does not run any more"),
            Instance = Guid.NewGuid().ToString("N"),
        };
    }

    /// <summary>
    /// True only where the owner certainly lives no more: a process of this machine that has ended. Elsewhere only time can tell.
    /// </summary>
    public bool IsKnownDead() => Machine == LocalProcesses.Machine && LocalProcesses.StartOf(ProcessId) != ProcessStart;

    public override string ToString() => $"{Host}, process {ProcessId}";
}
