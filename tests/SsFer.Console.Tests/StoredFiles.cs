namespace SsFer.Console.Tests;

/// <summary>What a folder store holds, to be put into others: sparing tests an upload that each of them would begin with.</summary>
internal sealed class StoredFiles
{
    private readonly Dictionary<string, byte[]> _contents;

    private StoredFiles(Dictionary<string, byte[]> contents) => _contents = contents;

    /// <summary>Without the store's own locks and temporary files, whose folders begin with a dot.</summary>
    public static StoredFiles Of(string root) =>
        new(
            Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(root, file))
                .Where(file => !file.StartsWith('.'))
                .ToDictionary(file => file, file => File.ReadAllBytes(Path.Combine(root, file)))
        );

    public void PutInto(string root)
    {
        foreach (var (file, content) in _contents)
        {
            var path = Path.Combine(root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }
}
