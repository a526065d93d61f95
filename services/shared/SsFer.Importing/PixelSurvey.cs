using System.Globalization;
using System.Runtime.CompilerServices;
using SsFer.Artifacts;
using SsFer.Faces.Imaging;

namespace SsFer.Importing;

/// <summary>The SHA-256 of a picture's pixels, see <see cref="Picture.PixelHash"/>, and its size.</summary>
internal readonly record struct PixelHash(UInt128 High, UInt128 Low, int Width, int Height)
{
    public static PixelHash Of(Picture picture)
    {
        var digits = picture.PixelHash().AsSpan();
        return new(Half(digits[..32]), Half(digits[32..]), picture.Width, picture.Height);

        static UInt128 Half(ReadOnlySpan<char> half) => UInt128.Parse(half, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}

/// <summary>
/// Reads and decodes pictures once before they are imported, for what has to be known of all before the first is stored: which are
/// held out, which have equal pixels under several labels, and whether boxes fit them. 64 bytes a picture stay in memory.
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
            return read.Content is null ? null : PixelHash.Of(_decoder.Decode(read.Content, read.Name));
        }
        catch (UnreadablePictureException)
        {
            return null;
        }
    }
}
