using System.Text;
using SsFer.Artifacts.Datasets;
using SsFer.Faces.Imaging;
using SsFer.Importing.Labels;

namespace SsFer.Importing;

/// <summary>
/// Limits of an import, and how it reads what people bring. None of them shows in the version except through what they change.
/// </summary>
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

    /// <summary>
    /// Encoding of tables, and of names in archives, that do not say theirs; null means UTF-8. See <see cref="Text.TextEncodings"/>.
    /// </summary>
    public Encoding? Encoding { get; init; }

    /// <summary>What means no label in a column of labels.</summary>
    public MissingLabels MissingLabels { get; init; } = MissingLabels.Default;

    /// <summary>
    /// What becomes of pictures with several labels. Null leaves them out, but for copies with equal pixels in a published set: its
    /// counts are part of its protocol, so those are kept, and said.
    /// </summary>
    public Contradictions? Contradictions { get; init; }

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

    /// <summary>Looks for equal pixels under several labels, see <see cref="Contradictions"/>; anew when an import resumes.</summary>
    Compare,

    /// <summary>Decides which are held out, see <see cref="HoldOut"/>; comes first, and anew when an import resumes.</summary>
    Draw,
}

/// <summary>How far a phase of an import is, in pictures; the rejected ones are among those done.</summary>
public readonly record struct ImportProgress(int Done, int Total, int Rejected, ImportPhase Phase = ImportPhase.Import);
