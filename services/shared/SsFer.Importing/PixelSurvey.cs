using System.Globalization;
using System.Runtime.CompilerServices;
using SsFer.Artifacts;
using SsFer.Faces.Imaging;

namespace SsFer.Importing;

/// <summary>The SHA-256 of a picture's pixels, see <see cref="Picture.PixelHash"/>.</summary>
internal readonly record struct PixelHash(UInt128 High, UInt128 Low)
{
    /// <param name="digits">64 hexadecimal digits.</param>
    public static PixelHash Parse(string digits) =>
        new(
            UInt128.Parse(digits.AsSpan(0, 32), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            UInt128.Parse(digits.AsSpan(32), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        );
}

/// <summary>
/// Reads and decodes pictures once before they are imported, for what has to be known of all before the first is stored: which are
/// held out, and which have equal pixels under several labels. 48 bytes a picture stay in memory.
/// </summary>
internal sealed class PixelSurvey(ImportOptions options)
{
    private readonly PictureDecoder _decoder = new(options.Budget);

    /// <param name="pictures">All that are to be imported.</param>
    /// <param name="wanted">Which of them are read.</param>
    /// <param name="phase">What the progress is told as.</param>
    /// <param name="progress">Told where it begins, then after every picture.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>By the index of the picture; null where it was not wanted, or cannot be read: the import says why.</returns>
    public async Task<PixelHash?[]> ReadAsync(
        IReadOnlyList<PlannedPicture> pictures,
        Predicate<PlannedPicture> wanted,
        ImportPhase phase,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var hashes = new PixelHash?[pictures.Count];
        int[] read = [.. Enumerable.Range(0, pictures.Count).Where(i => wanted(pictures[i]))];
        var done = 0;
        progress?.Report(new ImportProgress(done, read.Length, 0, phase));
        var contents = ReadAsync(read.Select(i => pictures[i]), cancellationToken);
        await foreach (var hash in contents.SelectOrderedAsync(options.Parallelism, Hash, cancellationToken))
        {
            hashes[read[done++]] = hash;
            progress?.Report(new ImportProgress(done, read.Length, 0, phase));
        }

        return hashes;
    }

    private async IAsyncEnumerable<(string Name, byte[]? Content)> ReadAsync(
        IEnumerable<PlannedPicture> pictures,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        foreach (var picture in pictures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[]? content = null;
            try
            {
                content = await picture.Source.ReadAsync(picture.Entry, options.Budget.MaxEncodedBytes, cancellationToken);
            }
            catch (UnreadablePictureException)
            {
                // The import reads it again and records why it cannot be used.
            }
            yield return (picture.Entry.Name, content);
        }
    }

    private PixelHash? Hash((string Name, byte[]? Content) read)
    {
        try
        {
            return read.Content is null ? null : PixelHash.Parse(_decoder.Decode(read.Content, read.Name).PixelHash());
        }
        catch (UnreadablePictureException)
        {
            return null;
        }
    }
}
