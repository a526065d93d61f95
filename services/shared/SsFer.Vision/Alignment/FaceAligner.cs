using SsFer.Vision.Detection;
using SsFer.Vision.Imaging;

namespace SsFer.Vision.Alignment;

/// <summary>Cuts a face out of its picture.</summary>
public static class FaceAligner
{
    public static AlignedFace Align(Picture picture, DetectedFace? face, AlignmentOptions options) => throw new NotImplementedException($"{picture} {face} {options}");
}
