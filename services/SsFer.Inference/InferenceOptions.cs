using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SsFer.Faces.Imaging;

namespace SsFer.Inference;

/// <summary>What a request may ask for, and how much is done at a time (section <c>Inference</c> of the configuration).</summary>
public sealed class InferenceOptions
{
    public const string Section = "Inference";

    /// <summary>Largest request body in bytes. Default 64 MiB.</summary>
    [Range(1, 1L << 30)]
    public long MaxRequestBytes { get; set; } = 64L << 20;

    /// <summary>Most pictures in a request. Default 32.</summary>
    [Range(1, 1024)]
    public int MaxPictures { get; set; } = 32;

    /// <summary>Largest encoded picture in bytes. Default 16 MiB.</summary>
    [Range(1, 1 << 30)]
    public int MaxPictureBytes { get; set; } = 16 << 20;

    /// <summary>
    /// Largest width x height of a picture, held against its header before anything is decoded. Default 40 million; the most that fits
    /// is 700 million.
    /// </summary>
    [Range(1, 700_000_000L)]
    public long MaxPixels { get; set; } = 40_000_000;

    /// <summary>Largest width or height of a picture in pixels. Default 16384.</summary>
    [Range(1, 1 << 16)]
    public int MaxSide { get; set; } = 16_384;

    /// <summary>Most faces classified in a picture, the most certain first. Default 64.</summary>
    [Range(1, 1024)]
    public int MaxFaces { get; set; } = 64;

    /// <summary>
    /// Longest time an upload may take, from its turn to its last byte; a client that is slower would keep others from theirs.
    /// Default 30 s, in which the largest request needs 18 Mbit/s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Requests worked on at a time; with <see cref="MaxRequestBytes"/> it bounds what uploads hold in memory. Default 16.
    /// </summary>
    [Range(1, 1024)]
    public int MaxConcurrentRequests { get; set; } = 16;

    /// <summary>Requests that wait for their turn; any more are told to come back. Default 64.</summary>
    [Range(0, 65_536)]
    public int MaxWaitingRequests { get; set; } = 64;

    /// <summary>Pictures decoded and searched at a time, in all requests together; default one a processor.</summary>
    [Range(1, 1024)]
    public int Parallelism { get; set; } = Environment.ProcessorCount;

    /// <summary>How often the alias is looked at, for the case that no message of a promotion arrives. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(15);

    internal ImageBudget Budget =>
        new()
        {
            MaxEncodedBytes = MaxPictureBytes,
            MaxPixels = MaxPixels,
            MaxSide = MaxSide,
        };
}

[OptionsValidator]
internal sealed partial class InferenceOptionsValidation : IValidateOptions<InferenceOptions>;
