using SsFer.Faces.Imaging;

namespace SsFer.Faces.Detection;

/// <summary>Finds faces. Implementations are thread-safe.</summary>
public interface IFaceDetector
{
    /// <summary>All faces at or above the detector's threshold, the most certain first; empty where there is none.</summary>
    IReadOnlyList<DetectedFace> Detect(Picture picture);
}
