using SsFer.Artifacts.Datasets;
using SsFer.Vision;

namespace SsFer.Importing;

/// <summary>Limits of an import. None of them shows in the version except through what it rejects.</summary>
public sealed record ImportOptions
{
    /// <summary>Largest encoded picture in bytes, 32 MiB unless told; larger ones are rejected without being read.</summary>
    public long MaxPictureBytes { get; init; } = 32 << 20;

    /// <summary>Largest decoded picture; checked from the header, before anything is decoded.</summary>
    public ImageBudget Budget { get; init; } = ImageBudget.Default;

    /// <summary>Pictures checked at a time, one a processor unless told. At most about twice as many are in memory.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    public DatasetWriterOptions? Writer { get; init; }
}

/// <summary>How far an import is, in pictures; the rejected ones are among those done.</summary>
public readonly record struct ImportProgress(int Done, int Total, int Rejected);
