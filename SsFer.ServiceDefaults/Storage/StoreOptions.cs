using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.ServiceDefaults.Storage;

/// <summary>Where artifacts are kept (<c>ConnectionStrings:blobs</c>) and how this process deals with the store (<c>Store</c>).</summary>
public sealed class StoreOptions
{
    public const string Section = "Store";

    internal const string ConnectionKey = $"ConnectionStrings:{ResourceNames.Blobs}";

    /// <summary>An Azure connection string, the bare URI of an account, or <c>folder:PATH</c>.</summary>
    internal string? Connection { get; set; }

    /// <summary>
    /// Local folder for what is fetched from the store; may be deleted at any time. Default: <c>.cache</c> in a folder store, else a
    /// folder of the system's for temporary files.
    /// </summary>
    public string? CacheDirectory { get; set; }

    /// <summary>
    /// How large the cache may grow: before more comes, what was least recently used goes, unless it is in use. Default 50 GiB; of
    /// the processes of a node that share a folder each keeps its own bound. The artifacts of a folder store are read in place and
    /// do not count.
    /// </summary>
    [Range(typeof(long), "1048576", "9223372036854775807")]
    public long CacheBytes { get; set; } = CacheSpace.DefaultBytes;

    [ValidateObjectMembers]
    public StoreResilienceOptions Resilience { get; set; } = new();

    [ValidateObjectMembers]
    public FaultInjectionOptions FaultInjection { get; set; } = new();
}

/// <summary>
/// How passing faults of the store are met. A heartbeat passes through here, so all of it must end before the claim it keeps alive
/// does.
/// </summary>
public sealed class StoreResilienceOptions
{
    /// <summary>Tries after the first. Default 9, which with the pauses below spread over some 25 s.</summary>
    [Range(0, 100)]
    public int Retries { get; set; } = 9;

    /// <summary>Pause before the first retry; each further one waits about twice as long, with jitter. Default 0.2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(0.2);

    /// <summary>Longest pause between two tries. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long one try at a small document may take. Default 10 s. What is streamed is as large as it is and has no limit here.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long all tries at a small document may take together. Default 35 s; a claim lives for 45 s after its last heartbeat.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(35);
}

/// <summary>Faults made on purpose, for tests and drills. Refused in Production.</summary>
public sealed class FaultInjectionOptions
{
    /// <summary>Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>Share of operations that fail before anything is done. Default 0.1.</summary>
    [Range(0.0, 1.0)]
    public double FailureRate { get; set; } = 0.1;

    /// <summary>Share of writes that are done although the caller is told that they failed. Default 0.05.</summary>
    [Range(0.0, 1.0)]
    public double LostAnswerRate { get; set; } = 0.05;

    /// <summary>Seed of the draws. Default 0.</summary>
    public int Seed { get; set; }
}
