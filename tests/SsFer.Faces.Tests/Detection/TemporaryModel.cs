namespace SsFer.Faces.Tests.Detection;

/// <summary>A model file that goes with the test.</summary>
internal sealed class TemporaryModel : IDisposable
{
    public TemporaryModel(byte[] content) => File.WriteAllBytes(Path, content);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ssfer-{Guid.NewGuid():N}.onnx");

    public void Dispose() => File.Delete(Path);
}
