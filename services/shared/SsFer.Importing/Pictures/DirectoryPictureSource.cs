using SsFer.Faces.Imaging;

namespace SsFer.Importing.Pictures;

/// <summary>
/// A directory with everything below it, zip archives apart. Links are followed, see <see cref="DirectoryWalk"/>.
/// </summary>
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
            var all = DirectoryWalk.Files(_root).Where(name => !PictureSource.IsHousekeeping(name)).Order(StringComparer.Ordinal).ToList();
            if (all.Find(name => name.Contains('\uFFFD')) is { } damaged)
            {
                throw new ImportException(
                    $"the directory '{directory}' holds '{damaged}', whose name is not UTF-8: rename what is in it "
                        + $"(convmv -r --notest -f gbk -t utf-8 {directory}, or another encoding)"
                );
            }

            var names = all.ToLookup(IsArchive);
            Entries = [.. names[false].Select((name, i) => new PictureEntry(name, i))];
            Archives = [.. names[true].Select(name => Path.Combine(_root, name))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"the directory '{directory}' cannot be listed: {e.Message}", e);
        }
    }

    public string Location { get; }

    public IReadOnlyList<PictureEntry> Entries { get; }

    /// <summary>Paths of the zip archives anywhere below, in ordinal order; they are no <see cref="Entries"/>.</summary>
    public IReadOnlyList<string> Archives { get; }

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

    public Task<Stream> OpenAsync(PictureEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream>(File.OpenRead(Path.Combine(_root, entry.Name)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UnreadablePictureException(entry.Name, $"cannot be read: {e.Message}", e);
        }
    }

    public void Dispose() { }

    private static bool IsArchive(string name) => name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
}
