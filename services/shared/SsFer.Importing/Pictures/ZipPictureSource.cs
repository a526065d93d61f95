using System.IO.Compression;
using SsFer.Faces.Imaging;

namespace SsFer.Importing.Pictures;

/// <summary>A zip archive, read entry by entry: nothing is unpacked to disk and only the directory of names stays in memory.</summary>
public sealed class ZipPictureSource : IPictureSource
{
    private readonly ZipArchive _archive;
    private readonly List<ZipArchiveEntry> _entries;

    /// <exception cref="ImportException">The file is not a zip archive or cannot be opened.</exception>
    public ZipPictureSource(string path)
    {
        Location = path;
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            _archive = new ZipArchive(file, ZipArchiveMode.Read);
            _entries = [.. _archive.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            if (e is InvalidDataException && PackedArchive.Is(path))
            {
                throw new ImportException($"'{path}' {PackedArchive.Cure(path)}", e);
            }

            throw new ImportException(
                $"'{path}' cannot be read as a zip archive ({e.Message.TrimEnd('.')}): give a zip archive or a directory of pictures",
                e
            );
        }
        Entries =
        [
            .. _entries
                .Select((entry, i) => new PictureEntry(entry.FullName.Replace('\\', '/'), i))
                .Where(entry => !PictureSource.IsHousekeeping(entry.Name)),
        ];
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
