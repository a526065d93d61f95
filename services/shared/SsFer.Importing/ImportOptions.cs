using SsFer.Artifacts.Datasets;
using SsFer.Faces.Imaging;

namespace SsFer.Importing;

/// <summary>Limits of an import. None of them shows in the version except through what it rejects.</summary>
public sealed record ImportOptions
{
    /// <summary>Largest picture, encoded and decoded; what exceeds it is rejected before it is read or decoded.</summary>
    public ImageBudget Budget { get; init; } = ImageBudget.Default;

    /// <summary>Pictures checked at a time, one a processor unless told. At most about twice as many are in memory.</summary>
    public int Parallelism
    {
        get;
        init =>
            field =
                value > 0
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Parallelism), value, $"Parallelism must be positive, it is {value}");
    } = Environment.ProcessorCount;

    public DatasetWriterOptions? Writer { get; init; }

    /// <summary>
    /// SHA-256 of archives and files, by full path, whose content the caller knows. It then tells one import from another in place
    /// of length and time of change, so that a copy made anew of the same content goes on from the shards of an import that was
    /// killed.
    /// </summary>
    public IReadOnlyDictionary<string, string> ContentHashes { get; init; } = new Dictionary<string, string>();
}

/// <summary>What an import does with the pictures as it reads them.</summary>
public enum ImportPhase
{
    /// <summary>Stores them.</summary>
    Import,

    /// <summary>Decides which are held out, see <see cref="HoldOut"/>; comes first, and anew when an import resumes.</summary>
    Draw,
}

/// <summary>How far a phase of an import is, in pictures; the rejected ones are among those done.</summary>
public readonly record struct ImportProgress(int Done, int Total, int Rejected, ImportPhase Phase = ImportPhase.Import);
