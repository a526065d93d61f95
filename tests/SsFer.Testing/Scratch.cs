namespace SsFer.Testing;

/// <summary>A folder of one server, gone with it.</summary>
internal sealed class Scratch(string name) : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory($"ssfer-{name}-").FullName;

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
