using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SsFer.Console;

/// <summary>What requests may ask for (<c>Console</c>).</summary>
public sealed class ConsoleOptions
{
    public const string Section = "Console";

    /// <summary>Largest upload of pictures in bytes; it stands on the local disk until it is imported. Default 8 GiB.</summary>
    [Range(1, 1L << 40)]
    public long MaxUploadBytes { get; set; } = 8L << 30;

    /// <summary>Largest table of an upload in bytes; it is read into memory. Default 128 MiB.</summary>
    [Range(1, 1 << 30)]
    public int MaxTableBytes { get; set; } = 128 << 20;

    /// <summary>Uploads at a time, from the first byte until they are imported; further ones are asked to come back. Default 4.</summary>
    [Range(1, 1024)]
    public int MaxUploads { get; set; } = 4;

    /// <summary>Largest body of any other request in bytes; it is held in memory. Default 16 MiB.</summary>
    [Range(1, 1 << 30)]
    public int MaxDocumentBytes { get; set; } = 16 << 20;

    /// <summary>
    /// Bytes that such bodies may hold together while they are worked on; any more are asked to come back. Default 64 MiB.
    /// </summary>
    [Range(1, 1L << 40)]
    public long MaxHeldBytes { get; set; } = 64L << 20;

    /// <summary>Bytes a second below which a body is broken off after five seconds; 0 for none. Default 8 KiB.</summary>
    [Range(0, 1 << 30)]
    public int MinUploadRate { get; set; } = 8 << 10;

    /// <summary>Most labels in a batch. Default 100,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxLabels { get; set; } = 100_000;

    /// <summary>Most entries of runs or models that a request may ask for at a time; 200 are shown unless it asks. Default 1000.</summary>
    [Range(1, 100_000)]
    public int MaxListed { get; set; } = 1000;

    /// <summary>Events that wait for one client; one that falls further behind is cut off. Default 256.</summary>
    [Range(1, 65_536)]
    public int EventBuffer { get; set; } = 256;

    /// <summary>Longest silence on a stream of events, so that neither end takes the connection for dead. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan EventHeartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a message may take; while the broker is away it is dropped after this. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(5);
}

[OptionsValidator]
internal sealed partial class ConsoleOptionsValidation : IValidateOptions<ConsoleOptions>;
