using SsFer.Artifacts.Datasets;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.FaceDetection;

/// <summary>How raw pictures become prepared faces. Everything but the last three shows in the version.</summary>
public sealed record PreparationOptions
{
    private const int SmallestLargestCrop = 256;

    /// <summary>Side of a prepared face in pixels, 224 unless told (docs/method.md, section 0).</summary>
    public int Size { get; init; } = 224;

    public DetectorChoice Detector { get; init; } = DetectorChoice.BlazeFace;

    /// <summary>
    /// Share of the detector's canvas that the picture takes, in (0, 1]; null decides by what the whole canvas shows: see <see
    /// cref="Faces.Detection.DetectorOptions.Border"/>.
    /// </summary>
    public float? Border { get; init; }

    /// <summary>
    /// What is kept around the face on each side, as a share of the longer side of its box; 0.15 unless told (as <see
    /// cref="Faces.Alignment.AlignmentOptions.Margin"/> says).
    /// </summary>
    public float Margin { get; init; } = 0.15f;

    /// <summary>How faces are found and cut.</summary>
    public FacePreparation Faces =>
        new()
        {
            Size = Size,
            Detector = Detector.Name,
            Border = Border,
            Margin = Margin,
        };

    /// <summary>
    /// Longest side, in pixels, up to which a picture counts as a face already cut out: it is kept whole where no face is found.
    /// Twice <see cref="Size"/>, but 256 at least, unless told (ours). Labelled pictures are kept whatever their size.
    /// </summary>
    public int LargestCrop
    {
        get => field > 0 ? field : Math.Max(2 * Size, SmallestLargestCrop);
        init;
    }

    /// <summary>Largest picture that is decoded.</summary>
    public ImageBudget Budget { get; init; } = ImageBudget.Default;

    /// <summary>Pictures worked on at a time, one a processor unless told. At most about twice as many are in memory.</summary>
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
}

/// <summary>
/// How far a preparation is, in pictures; rejected ones, those without a face and those with several are among those done.
/// </summary>
public readonly record struct PreparationProgress(int Done, int Total, int NoFace, int Rejected)
{
    /// <summary>Pictures of which one face of several was kept.</summary>
    public int SeveralFaces { get; init; }

    /// <summary>How many of those done a killed preparation need not do again.</summary>
    public int Stored { get; init; }
}
