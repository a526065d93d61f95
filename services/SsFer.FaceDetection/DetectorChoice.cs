using SsFer.Faces.Detection;

namespace SsFer.FaceDetection;

/// <summary>Which detector finds the faces, as the command line names it.</summary>
public sealed record DetectorChoice
{
    private const string YoloPrefix = "yolo-face=";

    private DetectorChoice(string name, string? modelPath = null) => (Name, ModelPath) = (name, modelPath);

    /// <summary>MediaPipe's BlazeFace, which comes with the program.</summary>
    public static DetectorChoice BlazeFace { get; } = new("blazeface", BlazeFaceModel.DefaultPath);

    /// <summary>The boxes and landmarks that the import already knows.</summary>
    public static DetectorChoice Annotated { get; } = new("annotated");

    /// <summary>No detection: every picture is taken whole, and has no box.</summary>
    public static DetectorChoice None { get; } = new("none");

    /// <summary>blazeface, yolo-face, annotated or none.</summary>
    public string Name { get; }

    /// <summary>The ONNX file of the network; null where the choice needs none.</summary>
    public string? ModelPath { get; }

    /// <summary>Any YOLOv5-face, v7-face or v8-face export.</summary>
    public static DetectorChoice YoloFace(string onnxPath) => new("yolo-face", onnxPath);

    /// <exception cref="PreparationException">The text names no detector.</exception>
    public static DetectorChoice Parse(string text) =>
        text switch
        {
            "blazeface" => BlazeFace,
            "annotated" => Annotated,
            "none" => None,
            _ when text.StartsWith(YoloPrefix, StringComparison.Ordinal) && text.Length > YoloPrefix.Length => YoloFace(
                text[YoloPrefix.Length..]
            ),
            _ => throw new PreparationException($"unknown detector '{text}': choose blazeface, yolo-face=MODEL.onnx, annotated or none"),
        };
}
