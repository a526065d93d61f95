using NetVips;

namespace SsFer.Faces.Imaging;

/// <summary>What a picture announces of itself: stored columns and rows (before EXIF rotation) and channels.</summary>
public sealed record PictureHeader(int Width, int Height, int Bands)
{
    // Alpha and a spare one: more channels are measurement data, not a photograph.
    private const int MaxBands = 5;

    private const string Known = "PNG, JPEG, WebP, GIF, TIFF";

    /// <summary>Reads the header alone and holds it against the budget.</summary>
    /// <exception cref="UnreadablePictureException">Not a picture of a known format, or over the budget.</exception>
    public static PictureHeader Read(ReadOnlyMemory<byte> bytes, string name, ImageBudget budget)
    {
        using var image = Open(bytes, name, budget);
        return new PictureHeader(image.Width, image.Height, image.Bands);
    }

    /// <summary>Opens the picture within the budget; pixels are decoded only as they are asked for.</summary>
    internal static Image Open(ReadOnlyMemory<byte> bytes, string name, ImageBudget budget)
    {
        VipsRuntime.Start();
        if (bytes.IsEmpty)
        {
            throw new UnreadablePictureException(name, "is empty");
        }

        if (bytes.Length > budget.MaxEncodedBytes)
        {
            throw new UnreadablePictureException(name, $"has {bytes.Length} bytes, over the limit of {budget.MaxEncodedBytes}");
        }

        Image image;
        try
        {
            image = Image.NewFromBuffer(bytes.Span, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
        }
        catch (VipsException e)
        {
            throw new UnreadablePictureException(
                name,
                KindOf(bytes.Span) is { } kind
                    ? $"is a {kind} file, which SsFer does not read: convert it to PNG, or another of {Known}"
                    : $"is not an image SsFer can read ({Known}), or its header is damaged",
                e
            );
        }
        var reason = Excess(image, budget);
        if (reason is null)
        {
            return image;
        }

        image.Dispose();
        throw new UnreadablePictureException(name, reason);
    }

    /// <summary>The kinds of pictures that are not read and yet met, by how they begin.</summary>
    private static string? KindOf(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            _ when bytes.StartsWith("BM"u8) => "BMP",
            _ when bytes.StartsWith("8BPS"u8) => "Photoshop",
            _ when bytes.StartsWith("P5"u8) || bytes.StartsWith("P6"u8) => "PGM or PPM",
            [_, _, _, _, (byte)'j', (byte)'P', (byte)' ', ..] => "JPEG 2000",
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "HEIC or AVIF",
            [0, 0, 1, 0, ..] => "ICO",
            _ => null,
        };

    private static string? Excess(Image image, ImageBudget budget) =>
        image switch
        {
            _ when (long)image.Width * image.Height > budget.MaxPixels =>
                $"announces {image.Width} x {image.Height} pixels, over the limit of {budget.MaxPixels}",
            _ when Math.Max(image.Width, image.Height) > budget.MaxSide =>
                $"announces {image.Width} x {image.Height} pixels, over the limit of {budget.MaxSide} a side",
            _ when image.Bands > MaxBands => $"announces {image.Bands} channels, over the limit of {MaxBands}",
            _ => null,
        };
}
