using NetVips;

namespace SsFer.Faces.Imaging;

/// <summary>
/// Turns an encoded picture (PNG, JPEG, WebP, GIF, TIFF; of an animation or several pages the first one) into 8-bit sRGB, upright
/// as its EXIF orientation says. Grey is repeated to three channels, colour profiles and CMYK are converted, transparency is laid
/// over mid-grey. Thread-safe.
/// </summary>
public sealed class PictureDecoder(ImageBudget? budget = null)
{
    private const string Profile = "icc-profile-data";

    private static readonly double[] MidGrey = [128, 128, 128];
    private readonly ImageBudget _budget = budget ?? ImageBudget.Default;

    /// <summary>Reads the header and holds it against the budget; no pixel is decoded.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">How errors call the picture.</param>
    /// <exception cref="UnreadablePictureException">Not a picture, or over the budget.</exception>
    public PictureFile Open(ReadOnlyMemory<byte> bytes, string name) => PictureFile.Open(bytes, name, _budget);

    /// <param name="bytes">The whole file.</param>
    /// <param name="name">How errors call the picture.</param>
    /// <exception cref="UnreadablePictureException">Not a picture, over the budget (nothing was decoded then), damaged or cut
    /// short.</exception>
    public Picture Decode(ReadOnlyMemory<byte> bytes, string name) => Decode(Open(bytes, name), CancellationToken.None);

    /// <param name="file">Within the budget.</param>
    /// <param name="cancellationToken">Stops between strips of the picture, and within what libvips computes by itself.</param>
    /// <exception cref="UnreadablePictureException">It is damaged or cut short.</exception>
    public Picture Decode(PictureFile file, CancellationToken cancellationToken) => Decode(file, 1, cancellationToken);

    /// <summary>
    /// The picture with fewer pixels: its sides are divided by <paramref name="shrink"/>, see <see cref="PictureFile.ShrinkFor"/>.
    /// </summary>
    internal Picture Decode(PictureFile file, int shrink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var turn = VipsRuntime.Turn(file.Header.Width, file.Header.Height);
        using var stored = Load(file, shrink);
        using var stop = cancellationToken.Register(() => stored.SetKill(true));
        try
        {
            if (IsPlain(stored, file.Header.Orientation))
            {
                return VipsPixels.Read(stored, cancellationToken);
            }

            using var upright = Upright(stored, file.Header.Orientation);
            using var colour = ToSrgb(upright);
            using var opaque = colour.HasAlpha() ? colour.Flatten(background: MidGrey) : colour.Copy();
            using var three = opaque.Bands == 3 ? opaque.Copy() : opaque.ExtractBand(0, n: 3);
            using var eight = three.Cast(Enums.BandFormat.Uchar);
            return VipsPixels.Read(eight, cancellationToken);
        }
        catch (VipsException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // libvips keeps one error text for the whole process: with many threads its words may be another picture's, so they stay
            // in the inner exception.
            throw new UnreadablePictureException(file.Name, "is damaged or cut short", e);
        }
    }

    private Image Load(PictureFile file, int shrink)
    {
        VipsRuntime.Start();
        Image image;
        try
        {
            image = Image.NewFromBuffer(
                file.Content.Span,
                access: Enums.Access.Sequential,
                failOn: Enums.FailOn.Error,
                kwargs: shrink == 1 ? null : new VOption { { "shrink", shrink } }
            );
        }
        catch (VipsException e)
        {
            throw PictureFile.NotReadable(file.Name, _budget, e);
        }

        var header = file.Header;
        if (
            IsShrunk(image.Width, header.Width, shrink)
            && IsShrunk(image.Height, header.Height, shrink)
            && image.Bands * BytesOf(image.Format) <= header.Bands * header.BytesPerSample
        )
        {
            return image;
        }

        image.Dispose(); // the decoder sees another picture than was held against the budget
        throw PictureFile.NotReadable(file.Name, _budget);
    }

    /// <summary>Exact where nothing shrinks; else a decoder may round down or up.</summary>
    private static bool IsShrunk(int side, int announced, int shrink) => Math.Abs(side - (double)announced / shrink) < 1;

    private static int BytesOf(Enums.BandFormat format) =>
        format switch
        {
            Enums.BandFormat.Uchar or Enums.BandFormat.Char => 1,
            Enums.BandFormat.Ushort or Enums.BandFormat.Short => 2,
            Enums.BandFormat.Uint or Enums.BandFormat.Int or Enums.BandFormat.Float => 4,
            Enums.BandFormat.Double or Enums.BandFormat.Complex => 8,
            _ => 16,
        };

    /// <summary>Whether it is what a picture holds already: a step of libvips' costs a small picture as much as its pixels do.</summary>
    private static bool IsPlain(Image stored, int orientation) =>
        orientation == 1
        && stored
            is { Format: Enums.BandFormat.Uchar, Bands: 3, Interpretation: Enums.Interpretation.Srgb }
                or { Format: Enums.BandFormat.Uchar, Bands: 1, Interpretation: Enums.Interpretation.Bw }
        && !stored.Contains(Profile);

    private static Image Upright(Image stored, int orientation)
    {
        if (orientation == 1)
        {
            return stored.Copy();
        }

        // A turned picture is read out of order, which a sequential reader cannot serve.
        using var memory = stored.CopyMemory();
        using var told = memory.Mutate(image => image.Set(GValue.GIntType, "orientation", orientation));
        return told.Autorot();
    }

    // A profile that is damaged, or made for another kind of picture (grey with an RGB profile is common), is ignored by libvips, as
    // viewers do.
    private static Image ToSrgb(Image image) =>
        image.Contains(Profile)
            ? image.IccTransform("srgb", embedded: true, intent: Enums.Intent.Relative, depth: 8)
            : image.Colourspace(Enums.Interpretation.Srgb);
}
