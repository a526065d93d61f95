using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SsFer.Faces;
using SsFer.Faces.Imaging;
using SsFer.Inference.Keeping;
using SsFer.Inference.Law;

namespace SsFer.Inference;

/// <summary>What a request may ask for, and how much is done at a time (section <c>Inference</c> of the configuration).</summary>
public sealed class InferenceOptions
{
    public const string Section = "Inference";

    /// <summary>
    /// What the answers are used for, in a few words; stands in the log of requests. Must be declared in Production. A purpose at
    /// workplaces or in education is refused (Regulation (EU) 2024/1689, Article 5(1)(f)). Default none.
    /// </summary>
    public string? Purpose { get; set; }

    /// <summary>The reason for which a purpose at workplaces or in education is not forbidden. Default none.</summary>
    public Exemption? Exemption { get; set; }

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

    /// <summary>
    /// Most bytes that decoding pictures may hold, of one and of all together: what does not fit beside the others waits. Default
    /// 512 MiB, or half of the heap's limit, which is half of the container's, where that is less.
    /// </summary>
    [Range(1 << 20, 1L << 40)]
    public long MaxDecodingBytes { get; set; } = Math.Min(512L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    /// <summary>Formats that are taken. Default <c>Common</c>: PNG, JPEG and WebP; <c>All</c> adds GIF and TIFF.</summary>
    public PictureFormats Formats { get; set; } = PictureFormats.Common;

    /// <summary>Most faces classified in a picture, the most certain first. Default 64.</summary>
    [Range(1, 1024)]
    public int MaxFaces { get; set; } = 64;

    /// <summary>
    /// Most faces of a picture that get a heat map where a request asks for them, the most certain first; each runs the model 49 times.
    /// Default 4; 0 for none.
    /// </summary>
    [Range(0, 1024)]
    public int MaxExplainedFaces { get; set; } = 4;

    /// <summary>Largest JSON body in bytes; its pictures are a third larger than as they are. Default 24 MiB.</summary>
    [Range(1, 1 << 30)]
    public int MaxJsonBytes { get; set; } = 24 << 20;

    /// <summary>Streams that are open at a time; any more are told to come back. Default 8.</summary>
    [Range(1, 1024)]
    public int MaxStreams { get; set; } = 8;

    /// <summary>Largest frame of a stream in bytes, as its line of JSON. Default 4 MiB.</summary>
    [Range(1, 1 << 26)]
    public int MaxFrameBytes { get; set; } = 4 << 20;

    /// <summary>Whether the model that comes with the program answers until one is in production. Default true.</summary>
    public bool BuiltInModel { get; set; } = true;

    /// <summary>
    /// Where models run: <c>Cpu</c>, <c>Cuda</c>, or <c>Auto</c>, which is the GPU of a build with <c>-p:Accelerator=cuda</c> where
    /// there is one. Where that fails they run on the CPU, and a line of the log says why. Faces are found on the CPU. Default <c>Auto</c>.
    /// </summary>
    public OnnxDevice Device { get; set; } = OnnxDevice.Auto;

    /// <summary>Models that a request may name in place of the one in production; <c>*</c> for any of the store. Default none.</summary>
    public IList<string> NamedModels { get; } = [];

    /// <summary>Most of them that are loaded at a time. Default 2.</summary>
    [Range(1, 64)]
    public int MaxNamedModels { get; set; } = 2;

    /// <summary>Longest time an upload may take, from its first byte to its last. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes a second below which an upload is broken off after five seconds; 0 for none. Default 8 KiB.</summary>
    [Range(0, 1 << 30)]
    public int MinUploadRate { get; set; } = 8 << 10;

    /// <summary>Requests whose bodies arrive at a time; any more are told to come back. Default 128.</summary>
    [Range(1, 65_536)]
    public int MaxArrivingRequests { get; set; } = 128;

    /// <summary>Bytes of a request that are held in memory; beyond, it is spooled to the temporary folder. Default 256 KiB.</summary>
    [Range(0, 1 << 30)]
    public int MemoryBytesPerRequest { get; set; } = 256 << 10;

    /// <summary>Bytes that all requests together may hold, nearly all of them in the temporary folder. Default 1 GiB.</summary>
    [Range(1, 1L << 40)]
    public long MaxSpooledBytes { get; set; } = 1L << 30;

    /// <summary>Longest time from the last byte of a request to its answer; then work on it stops. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests worked on at a time. Default 16.</summary>
    [Range(1, 1024)]
    public int MaxConcurrentRequests { get; set; } = 16;

    /// <summary>Requests that wait for their turn; any more are told to come back. Default 64.</summary>
    [Range(0, 65_536)]
    public int MaxWaitingRequests { get; set; } = 64;

    /// <summary>
    /// Share of the places to arrive, to wait and to be worked on that one caller may take: a key, or an address where none is
    /// demanded; 1 where all requests come with one key or through one proxy. Default a half.
    /// </summary>
    [Range(0.001, 1)]
    public double MaxCallerShare { get; set; } = 0.5;

    /// <summary>Pictures decoded and searched at a time, in all requests together; default one a processor.</summary>
    [Range(1, 1024)]
    public int Parallelism { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Whether <c>/try</c>, and <c>/</c> where nothing else is there, answer with a page to try the endpoint on; it holds no data, needs no
    /// key and asks for one. Default: in every environment but Production, where without a key nothing answers but probes.
    /// </summary>
    public bool? TryPage { get; set; }

    /// <summary>How often the alias is looked at, for the case that no message of a promotion arrives. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LookInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Time whose answers are compared with those of the model's evaluation (metric of drift). Default a day.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan DriftWindow { get; set; } = TimeSpan.FromDays(1);

    [ValidateObjectMembers]
    public KeepOptions Keep { get; set; } = new();

    internal ImageBudget Budget =>
        new()
        {
            MaxEncodedBytes = MaxPictureBytes,
            MaxPixels = MaxPixels,
            MaxSide = MaxSide,
            MaxDecodedBytes = MaxDecodingBytes,
            Formats = Formats,
        };
}

[OptionsValidator]
internal sealed partial class InferenceOptionsValidation : IValidateOptions<InferenceOptions>;
