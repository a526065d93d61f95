namespace SsFer.AppHost.Tests;

/// <summary>Gone with its test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ssfer-apphost-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
