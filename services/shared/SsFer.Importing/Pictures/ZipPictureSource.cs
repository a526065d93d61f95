using System.IO.Compression;
using System.Text;
using SsFer.Faces.Imaging;

namespace SsFer.Importing.Pictures;

/// <summary>A zip archive, read entry by entry: nothing is unpacked to disk and only the directory of names stays in memory.</summary>
public sealed class ZipPictureSource : IPictureSource
{
    private readonly ZipArchive _archive;
    private readonly List<ZipArchiveEntry> _entries;

    /// <param name="path">The archive.</param>
    /// <param name="encoding">Of names that do not say theirs; null means UTF-8.</param>
    /// <exception cref="ImportException">The file is not a zip archive, cannot be opened, or has a name that cannot be read.</exception>
    public ZipPictureSource(string path, Encoding? encoding = null)
    {
        Location = path;
        FileStream? file = null;
        List<string> names;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            ZipNames.RequireBounded(file, path);
            file.Position = 0;
            _archive = new ZipArchive(file, ZipArchiveMode.Read);
            var position = file.Position;
            names = ZipNames.Read(file, path, encoding);
            file.Position = position;
            if (names.Count != _archive.Entries.Count)
            {
                throw new InvalidDataException("its directory is damaged");
            }

            var named = names.Select(name => name.Replace('\\', '/')).Zip(_archive.Entries).ToList();
            named.Sort((one, other) => string.CompareOrdinal(one.First, other.First));
            (names, _entries) = (named.ConvertAll(pair => pair.First), named.ConvertAll(pair => pair.Second));
        }
        catch (ImportException)
        {
            file?.Dispose();
            throw;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            if (e is InvalidDataException && PackedArchive.Open(path) is { } packed)
            {
                throw new ImportException($"'{path}' {packed.Cure(path)}", e);
            }

            throw new ImportException(
                $"'{path}' cannot be read as a zip archive ({e.Message.TrimEnd('.')}): give a zip archive or a directory of pictures",
                e
            );
        }
        Entries = [.. names.Select((name, i) => new PictureEntry(name, i)).Where(entry => !PictureSource.IsHousekeeping(entry.Name))];
    }

    public string Location { get; }

    public IReadOnlyList<PictureEntry> Entries { get; }

    public async Task<byte[]> ReadAsync(PictureEntry entry, long maxBytes, CancellationToken cancellationToken)
    {
        var zipped = _entries[entry.Index];
        try
        {
            if (zipped.IsEncrypted)
            {
                throw new UnreadablePictureException(entry.Name, "is encrypted in its archive");
            }

            await using var stream = await zipped.OpenAsync(cancellationToken);
            return await PictureSource.ReadBoundedAsync(stream, entry.Name, zipped.Length, maxBytes, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw new UnreadablePictureException(entry.Name, $"cannot be unpacked: {e.Message}", e);
        }
    }

    public async Task<Stream> OpenAsync(PictureEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return _entries[entry.Index].IsEncrypted
                ? throw new UnreadablePictureException(entry.Name, "is encrypted in its archive")
                : await _entries[entry.Index].OpenAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw new UnreadablePictureException(entry.Name, $"cannot be unpacked: {e.Message}", e);
        }
    }

    public void Dispose() => _archive.Dispose();
}
