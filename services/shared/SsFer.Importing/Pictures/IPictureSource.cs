using SsFer.Faces.Imaging;

namespace SsFer.Importing.Pictures;

/// <summary>
/// Encoded pictures in one place: a zip archive or a directory. Names are only ever used as names, never as paths to write to.
/// Reading is sequential: one caller at a time.
/// </summary>
public interface IPictureSource : IDisposable
{
    /// <summary>The archive or directory, as messages and provenance call it.</summary>
    string Location { get; }

    /// <summary>Every file in it, hidden ones and archive housekeeping apart, in ordinal order of the names.</summary>
    IReadOnlyList<PictureEntry> Entries { get; }

    /// <summary>Reads one file whole.</summary>
    /// <exception cref="UnreadablePictureException">
    /// It declares or holds more than <paramref name="maxBytes"/>, or its bytes cannot be had; the import goes on without it.
    /// </exception>
    Task<byte[]> ReadAsync(PictureEntry entry, long maxBytes, CancellationToken cancellationToken);

    /// <summary>Opens one file to be read from front to back, such as a table of labels that is too long to be held whole.</summary>
    /// <exception cref="UnreadablePictureException">Its bytes cannot be had.</exception>
    Task<Stream> OpenAsync(PictureEntry entry, CancellationToken cancellationToken);
}

/// <summary>One file of a source.</summary>
/// <param name="Name">Path inside the source, with <c>/</c> between its parts.</param>
/// <param name="Index">The source's own handle.</param>
public sealed record PictureEntry(string Name, int Index);
