using NetVips;

namespace SsFer.Faces.Imaging;

/// <summary>
/// Turns an encoded picture (PNG, JPEG, WebP, GIF, TIFF; of an animation or several pages the first one) into 8-bit sRGB, upright
/// as its EXIF orientation says. Grey is repeated to three channels, colour profiles and CMYK are converted, transparency is laid
/// over mid-grey. Thread-safe.
/// </summary>
public sealed class PictureDecoder(ImageBudget? budget = null)
{
    private static readonly double[] MidGrey = [128, 128, 128];
    private readonly ImageBudget _budget = budget ?? ImageBudget.Default;

    /// <param name="bytes">The whole file.</param>
    /// <param name="name">How errors call the picture.</param>
    /// <exception cref="UnreadablePictureException">Not a picture, over the budget (nothing was decoded then), damaged or cut
    /// short.</exception>
    public Picture Decode(ReadOnlyMemory<byte> bytes, string name)
    {
        using var stored = PictureHeader.Open(bytes, name, _budget);
        try
        {
            using var upright = Upright(stored);
            using var colour = ToSrgb(upright);
            using var opaque = colour.HasAlpha() ? colour.Flatten(background: MidGrey) : colour.Copy();
            using var three = opaque.Bands == 3 ? opaque.Copy() : opaque.ExtractBand(0, n: 3);
            using var eight = three.Cast(Enums.BandFormat.Uchar);
            return new Picture(eight.Width, eight.Height, eight.WriteToMemory<byte>());
        }
        catch (VipsException e)
        {
            // libvips keeps one error text for the whole process: with many threads its words may be another picture's, so they stay
            // in the inner exception.
            throw new UnreadablePictureException(name, "is damaged or cut short", e);
        }
    }

    private static Image Upright(Image stored)
    {
        if (!stored.Contains("orientation") || stored.Get("orientation") is not (int and > 1 and <= 8))
        {
            return stored.Copy();
        }
        // A turned picture is read out of order, which a sequential reader cannot serve.
        using var memory = stored.CopyMemory();
        return memory.Autorot();
    }

    // A profile that is damaged, or made for another kind of picture (grey with an RGB profile is common), is ignored by libvips, as
    // viewers do.
    private static Image ToSrgb(Image image) =>
        image.Contains("icc-profile-data")
            ? image.IccTransform("srgb", embedded: true, intent: Enums.Intent.Relative, depth: 8)
            : image.Colourspace(Enums.Interpretation.Srgb);
}
