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
    private readonly PictureDecoder _decoder;
    private readonly AlignmentOptions _alignment;
    private readonly IFaceDetector? _detector;

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
    }

    /// <inheritdoc cref="PictureDecoder.Open"/>
    public PictureFile Open(ReadOnlyMemory<byte> encoded, string name) => _decoder.Open(encoded, name);

    /// <inheritdoc cref="PictureDecoder.Decode(PictureFile, CancellationToken)"/>
    public Picture Decode(PictureFile file, CancellationToken cancellationToken) => _decoder.Decode(file, cancellationToken);

    /// <exception cref="UnreadablePictureException">The bytes are no picture, a damaged one, or one over the budget.</exception>
    public Picture Decode(ReadOnlyMemory<byte> encoded, string name) => _decoder.Decode(encoded, name);

    /// <summary>
    /// The faces of which something is in the picture, the most certain first; null where nobody looks for them, since pictures are
    /// taken whole or their boxes are annotated.
    /// </summary>
    public IReadOnlyList<DetectedFace>? Find(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return _detector is null ? null : FaceChoice.Visible(_detector.Detect(picture), picture.Width, picture.Height);
    }

    /// <summary>The face cut out of its picture; without one the whole picture, resized.</summary>
    public AlignedFace Cut(Picture picture, DetectedFace? face) => FaceAligner.Align(picture, face, _alignment);

    /// <summary>Faces of a picture, cut out.</summary>
    /// <param name="picture">As it was decoded.</param>
    /// <param name="found">Where they are; null where nobody looked for them, and the picture is its one face.</param>
    public IReadOnlyList<CutFace> CutAll(Picture picture, IReadOnlyList<DetectedFace>? found)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (found is not null)
        {
            return [.. found.Select(face => CutFace.Of(face, Cut(picture, face)))];
        }

        var whole = new DetectedFace
        {
            Box = new FaceBox(0, 0, picture.Width, picture.Height),
            Landmarks = [],
            Score = 1,
        };
        return [CutFace.Of(whole, Cut(picture, null))];
    }

    public void Dispose() => (_detector as IDisposable)?.Dispose();

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
