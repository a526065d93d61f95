namespace SsFer.Recipes;

/// <summary>How faces are found, as commands, manifests and models name it.</summary>
public static class DetectorNames
{
    /// <summary>MediaPipe's BlazeFace, which comes with the program.</summary>
    public const string BlazeFace = "blazeface";

    /// <summary>Any YOLOv5-face, v7-face or v8-face network; its ONNX file is the user's.</summary>
    public const string YoloFace = "yolo-face";

    /// <summary>The boxes and landmarks that the import knows.</summary>
    public const string Annotated = "annotated";

    /// <summary>No detection: every picture is taken whole.</summary>
    public const string None = "none";
}
