using SsFer.Vision.Imaging;

namespace SsFer.Vision.Detection;

/// <summary>MediaPipe's back-camera BlazeFace.</summary>
public sealed class BlazeFaceDetector(string onnxPath, DetectorOptions? options = null) : IFaceDetector, IDisposable
{
    public IReadOnlyList<DetectedFace> Detect(Picture picture) => throw new NotImplementedException($"{onnxPath} {options}");

    public void Dispose()
    {
    }
}
