using SsFer.Faces.Imaging.Files;

namespace SsFer.Faces.Imaging;

/// <summary>
/// An encoded picture whose header was read, by code of ours, and held against a budget. A decoder gets of its bytes only those that
/// its pixels need: no texts, no EXIF, no second frame or page.
/// </summary>
public sealed class PictureFile
{
    private const int PictureBytesPerPixel = 3;

    // Alpha and a spare one: more channels are measurement data, not a photograph.
    private const int MaxBands = 5;

    // Encoders make about ten; each costs a pass over the picture.
    private const int MaxScans = 50;

    // A face needs detail, and detail needs bytes: photographs have at most a hundred pixels a byte.
    private const long MaxPixelsPerByte = 1000;
    private const long AnyPixels = 4_000_000;

    private readonly Pieces _pieces;
    private readonly double _bufferedBytesPerPixel;

    private PictureFile(PictureHeader header, Pieces pieces, double bufferedBytesPerPixel) =>
        (Header, _pieces, _bufferedBytesPerPixel) = (header, pieces, bufferedBytesPerPixel);

    public PictureHeader Header { get; }

    /// <summary>How errors call the picture.</summary>
    public string Name { get; private init; } = "";

    /// <summary>
    /// Most bytes that decoding holds at a time: what the decoder has in memory as a whole, the copy that is turned upright, and the
    /// picture itself.
    /// </summary>
    public long WorkingBytes
    {
        get
        {
            var turned = Header.Orientation > 1 ? Header.Bands * Header.BytesPerSample : 0;
            return (long)(Header.Pixels * (PictureBytesPerPixel + turned + _bufferedBytesPerPixel)) + (2L * _pieces.Length);
        }
    }

    /// <summary>
    /// By how much its sides are divided when it is decoded with fewer pixels, for less work than all of them take.
    /// </summary>
    /// <param name="most">As much as may be.</param>
    /// <returns>1, 2, 4 or 8.</returns>
    internal int ShrinkFor(double most) =>
        !Header.Shrinks ? 1
        : most >= 8 ? 8
        : most >= 4 ? 4
        : most >= 2 ? 2
        : 1;

    /// <summary>Reads the header and holds it against the budget; no pixel is decoded.</summary>
    /// <exception cref="UnreadablePictureException">Not a picture of an allowed format, or over the budget.</exception>
    public static PictureFile Open(ReadOnlyMemory<byte> bytes, string name, ImageBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        if (bytes.IsEmpty)
        {
            throw new UnreadablePictureException(name, "is empty");
        }

        if (bytes.Length > budget.MaxEncodedBytes)
        {
            throw UnreadablePictureException.OverBudget(name, $"has {bytes.Length} bytes, over the limit of {budget.MaxEncodedBytes}");
        }

        if (OtherFormats.NameOf(bytes.Span) is { } other)
        {
            throw new UnreadablePictureException(
                name,
                $"is a {other} file, which SsFer does not read: convert it to PNG, or another of {Said(budget.Formats)}"
            );
        }

        var format = FormatOf(bytes.Span);
        if (format != PictureFormats.None && !budget.Formats.HasFlag(format))
        {
            throw new UnreadablePictureException(name, $"is {Said(format)}, which is not taken here: send {Said(budget.Formats)}");
        }

        var file = format switch
        {
            PictureFormats.Png => PngFile.Read(bytes, budget.MaxProfileBytes),
            PictureFormats.Jpeg => JpegFile.Read(bytes, budget.MaxProfileBytes),
            PictureFormats.Webp => WebpFile.Read(bytes, budget.MaxProfileBytes),
            PictureFormats.Gif => GifFile.Read(bytes),
            PictureFormats.Tiff => TiffFile.Read(bytes, budget.MaxProfileBytes),
            _ => null,
        } ?? throw NotReadable(name, budget);
        return file.ExcessOver(budget) is { } excess
            ? throw UnreadablePictureException.OverBudget(name, excess)
            : new PictureFile(file.Header, file._pieces, file._bufferedBytesPerPixel) { Name = name };
    }

    /// <summary>The file without what tells of camera, owner, place and time: pixels, their colours, and which way up they are.</summary>
    /// <returns>Null where the picture lies on its side and the format has no short way to say so.</returns>
    public byte[]? WithoutMetadata() =>
        Header switch
        {
            { Orientation: <= 1 } => Content.ToArray(),
            { Format: PictureFormats.Jpeg } => JpegFile.WithOrientation(Content.Span, Header.Orientation),
            _ => null,
        };

    /// <summary>What a decoder gets.</summary>
    internal ReadOnlyMemory<byte> Content => _pieces.Join();

    /// <summary>Null where the header describes no picture.</summary>
    /// <param name="header">What was read.</param>
    /// <param name="pieces">What a decoder gets.</param>
    /// <param name="bufferedBytesPerPixel">What the decoder has to hold of all pixels at once.</param>
    internal static PictureFile? Of(PictureHeader header, Pieces pieces, double bufferedBytesPerPixel) =>
        header is { Width: > 0, Height: > 0, Bands: > 0 } ? new PictureFile(header, pieces, bufferedBytesPerPixel) : null;

    internal static UnreadablePictureException NotReadable(string name, ImageBudget budget, Exception? inner = null) =>
        new(name, $"is not an image SsFer can read ({Said(budget.Formats)}), or its header is damaged", inner);

    private string? ExcessOver(ImageBudget budget)
    {
        var announced = $"announces {Header.Width} x {Header.Height} pixels";
        return this switch
        {
            _ when Header.Pixels > budget.MaxPixels => $"{announced}, over the limit of {budget.MaxPixels}",
            _ when Math.Max(Header.Width, Header.Height) > budget.MaxSide => $"{announced}, over the limit of {budget.MaxSide} a side",
            _ when Header.Bands > MaxBands => $"announces {Header.Bands} channels, over the limit of {MaxBands}",
            _ when Header.Scans > MaxScans => $"has {Header.Scans} scans, over the limit of {MaxScans}",
            _ when Header.Pixels > Math.Max(AnyPixels, MaxPixelsPerByte * _pieces.Length) =>
                $"{announced} in {_pieces.Length} bytes, which can be no photograph",
            _ when WorkingBytes > budget.MaxDecodedBytes =>
                $"{announced} that take {WorkingBytes} bytes to decode, over the limit of {budget.MaxDecodedBytes}",
            _ => null,
        };
    }

    private static PictureFormats FormatOf(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => PictureFormats.Png,
            [0xFF, 0xD8, 0xFF, ..] => PictureFormats.Jpeg,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => PictureFormats.Webp,
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => PictureFormats.Gif,
            [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => PictureFormats.Tiff,
            _ => PictureFormats.None,
        };

    private static string Said(PictureFormats formats) =>
        string.Join(
            ", ",
            Enum.GetValues<PictureFormats>()
                .Where(format => long.IsPow2((long)format) && formats.HasFlag(format))
                .Select(format => format == PictureFormats.Webp ? "WebP" : format.ToString().ToUpperInvariant())
        );
}
