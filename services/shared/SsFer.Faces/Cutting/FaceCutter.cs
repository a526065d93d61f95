using SsFer.Faces.Alignment;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Cutting;

/// <summary>
/// A picture's bytes to its faces, as a model was trained with them: decoded within the budget, found, aligned, cut. Preparation,
/// evaluation, the terminal and the endpoint all see faces through this. Thread-safe.
/// </summary>
public sealed class FaceCutter : IDisposable
{
    /// <summary>What is resized to what a detector sees has at least so many pixels for one of those.</summary>
    private const int PixelsToSeen = 2;

    private readonly PictureDecoder _decoder;
    private readonly AlignmentOptions _alignment;
    private readonly IFaceDetector? _detector;
    private readonly int _leastSide;

    /// <param name="preparation">How faces are found and cut. Annotated boxes are not looked for: the caller knows them.</param>
    /// <param name="network">ONNX file of a YOLO-face detector; BlazeFace comes with the program.</param>
    /// <param name="budget">What a picture may ask for.</param>
    /// <exception cref="DetectorModelException">The detector's model is missing, damaged or of another kind.</exception>
    public FaceCutter(FacePreparation preparation, string? network = null, ImageBudget? budget = null)
    {
        ArgumentNullException.ThrowIfNull(preparation);
        _decoder = new PictureDecoder(budget);
        _alignment = new AlignmentOptions { Size = preparation.Size, Margin = preparation.Margin };
        var options = new DetectorOptions { Border = preparation.Border };
        _detector = preparation.Detector switch
        {
            DetectorNames.BlazeFace => new BlazeFaceDetector(BlazeFaceModel.DefaultPath, options),
            DetectorNames.YoloFace => new YoloFaceDetector(network ?? throw NoNetwork(), options),
            _ => null,
        };
        // Where nobody looks for faces nobody knows yet how small they are
        _leastSide = _detector is null ? int.MaxValue : PixelsToSeen * _detector.Side;
    }

    /// <inheritdoc cref="PictureDecoder.Open"/>
    public PictureFile Open(ReadOnlyMemory<byte> encoded, string name) => _decoder.Open(encoded, name);

    /// <summary>As many of its pixels as the detector sees; more of them as faces that are cut need them.</summary>
    /// <param name="file">Within the budget.</param>
    /// <param name="cancellationToken">Stops the decoding.</param>
    /// <exception cref="UnreadablePictureException">It is damaged or cut short.</exception>
    public Photograph Decode(PictureFile file, CancellationToken cancellationToken) => new(_decoder, file, _leastSide, cancellationToken);

    /// <exception cref="UnreadablePictureException">The bytes are no picture, a damaged one, or one over the budget.</exception>
    public Photograph Decode(ReadOnlyMemory<byte> encoded, string name) => Decode(Open(encoded, name), CancellationToken.None);

    /// <summary>
    /// The faces of which something is in the picture, the most certain first; null where nobody looks for them, since pictures are
    /// taken whole or their boxes are annotated.
    /// </summary>
    public IReadOnlyList<DetectedFace>? Find(Photograph photograph)
    {
        ArgumentNullException.ThrowIfNull(photograph);
        return _detector is null
            ? null
            : FaceChoice.Visible(
                [.. _detector.Detect(photograph.Pixels).Select(photograph.FromPixels)],
                photograph.Width,
                photograph.Height
            );
    }

    /// <summary>The face cut out of its picture; without one the whole picture, resized.</summary>
    public AlignedFace Cut(Photograph photograph, DetectedFace? face, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(photograph);
        photograph.Refine(PixelsToOne(photograph, face), cancellationToken);
        var aligned = FaceAligner.Align(photograph.Pixels, face is null ? null : photograph.ToPixels(face), _alignment);
        return aligned with { Placement = aligned.Placement.After(photograph.Scaling) };
    }

    /// <summary>Faces of a picture, cut out.</summary>
    /// <param name="photograph">As it was decoded.</param>
    /// <param name="found">Where they are; null where nobody looked for them, and the picture is its one face.</param>
    /// <param name="cancellationToken">Stops what has to be decoded once more.</param>
    public IReadOnlyList<CutFace> CutAll(Photograph photograph, IReadOnlyList<DetectedFace>? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(photograph);
        if (found is not null)
        {
            // The smallest decides, and all are cut from the same pixels
            photograph.Refine(found.Select(face => PixelsToOne(photograph, face)).DefaultIfEmpty(double.MaxValue).Min(), cancellationToken);
            return [.. found.Select(face => CutFace.Of(face, Cut(photograph, face, cancellationToken)))];
        }

        var whole = new DetectedFace
        {
            Box = new FaceBox(0, 0, photograph.Width, photograph.Height),
            Landmarks = [],
            Score = 1,
        };
        return [CutFace.Of(whole, Cut(photograph, null, cancellationToken))];
    }

    public void Dispose() => (_detector as IDisposable)?.Dispose();

    /// <summary>How many of the picture's pixels become one of the cut face's, across or down.</summary>
    private double PixelsToOne(Photograph photograph, DetectedFace? face)
    {
        var side = face is null
            ? Math.Min(photograph.Width, photograph.Height)
            : FaceSquare.Around(face, photograph.Width, photograph.Height, _alignment).Side;
        return side / _alignment.Size;
    }

    private static DetectorModelException NoNetwork() =>
        new("the faces are found with yolo-face, whose network SsFer does not bring: name it with --detector yolo-face=MODEL.onnx");
}

/// <summary>One face of a picture, and its pixels at the model's size.</summary>
/// <param name="Face">Where it is, in pixels of the picture.</param>
/// <param name="Cut">Size x size pixels.</param>
/// <param name="Placement">From pixels of the picture to pixels of the cut.</param>
public sealed record CutFace(DetectedFace Face, Picture Cut, AffineMap Placement)
{
    internal static CutFace Of(DetectedFace face, AlignedFace aligned) => new(face, aligned.Picture, aligned.Placement);
}
