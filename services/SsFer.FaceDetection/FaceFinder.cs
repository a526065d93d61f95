using SsFer.Faces.Alignment;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;

namespace SsFer.FaceDetection;

/// <summary>
/// One picture to one face, as training and prediction alike see it: decoded within the budget, detected, aligned, resized.
/// Thread-safe.
/// </summary>
public sealed class FaceFinder : IDisposable
{
    private readonly PictureDecoder _decoder;
    private readonly AlignmentOptions _alignment;
    private readonly IFaceDetector? _detector;

    /// <exception cref="DetectorModelException">The detector's model is missing or damaged.</exception>
    public FaceFinder(PreparationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _decoder = new PictureDecoder(options.Budget);
        _alignment = new AlignmentOptions { Size = options.Size, Margin = options.Margin };
        _detector = options.Detector.Open(new DetectorOptions { Border = options.Border });
    }

    /// <exception cref="UnreadablePictureException">The bytes are no picture, a damaged one, or one over the budget.</exception>
    public Picture Decode(ReadOnlyMemory<byte> encoded, string name) => _decoder.Decode(encoded, name);

    /// <summary>The faces of the picture, and which of them it is of.</summary>
    public FoundFaces Detect(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return _detector is null ? default : FaceChoice.Among(_detector.Detect(picture), picture.Width, picture.Height);
    }

    /// <summary>The face cut out of its picture; without one the whole picture, resized.</summary>
    public AlignedFace Align(Picture picture, DetectedFace? face) => FaceAligner.Align(picture, face, _alignment);

    public void Dispose() => (_detector as IDisposable)?.Dispose();
}
