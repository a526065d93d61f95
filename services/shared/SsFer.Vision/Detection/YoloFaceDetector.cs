using SsFer.Vision.Imaging;

namespace SsFer.Vision.Detection;

/// <summary>Any YOLOv5-face, v7-face or v8-face export.</summary>
public sealed class YoloFaceDetector(string onnxPath, DetectorOptions? options = null) : IFaceDetector, IDisposable
{
    public IReadOnlyList<DetectedFace> Detect(Picture picture) => throw new NotImplementedException($"{onnxPath} {options}");

    public void Dispose()
    {
    }
}
