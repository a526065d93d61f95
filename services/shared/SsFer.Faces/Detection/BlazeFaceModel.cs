namespace SsFer.Faces.Detection;

/// <summary>The BlazeFace model that the build puts beside the program.</summary>
public static class BlazeFaceModel
{
    /// <summary><c>models/blazeface.onnx</c> in the program's folder.</summary>
    public static string DefaultPath { get; } = Path.Combine(AppContext.BaseDirectory, "models", "blazeface.onnx");
}
