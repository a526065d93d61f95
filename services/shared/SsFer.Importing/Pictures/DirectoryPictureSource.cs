using System.IO.Enumeration;
using SsFer.Vision.Imaging;

namespace SsFer.Importing.Pictures;

/// <summary>A directory with everything below it. Links to files are followed; links to directories are not, since they may form a circle.</summary>
public sealed class DirectoryPictureSource : IPictureSource
{
    private readonly string _root;

    /// <exception cref="ImportException">The directory cannot be listed.</exception>
    public DirectoryPictureSource(string directory)
    {
        Location = directory;
        _root = Path.GetFullPath(directory);
        try
        {
            Entries = [.. List(_root).Where(name => !PictureSource.IsHousekeeping(name)).Order(StringComparer.Ordinal).Select((name, i) => new PictureEntry(name, i))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"the directory '{directory}' cannot be listed: {e.Message}", e);
        }
    }

    public string Location { get; }

    public IReadOnlyList<PictureEntry> Entries { get; }

    public async Task<byte[]> ReadAsync(PictureEntry entry, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(Path.Combine(_root, entry.Name));
            return await PictureSource.ReadBoundedAsync(file, entry.Name, file.Length, maxBytes, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UnreadablePictureException(entry.Name, $"cannot be read: {e.Message}", e);
        }
    }

    public void Dispose()
    {
    }

    private static FileSystemEnumerable<string> List(string root) =>
        new(root, (ref FileSystemEntry entry) => Path.GetRelativePath(root, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/'),
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
}
