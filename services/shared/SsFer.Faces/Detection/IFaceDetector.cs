using SsFer.Faces.Imaging;

namespace SsFer.Faces.Detection;

/// <summary>Finds faces. Implementations are thread-safe.</summary>
public interface IFaceDetector
{
    /// <summary>Longer side of what it looks at, in pixels: of a larger picture it sees no more than that.</summary>
    int Side { get; }

    /// <summary>All faces at or above the detector's threshold, the most certain first; empty where there is none.</summary>
    IReadOnlyList<DetectedFace> Detect(Picture picture);
}
