using NetVips;

namespace SsFer.FaceDetection.Tests;

/// <summary>
/// One picture in the encodings that cameras, printers and scanners leave behind. Colours are given for every column and row as
/// viewers show them.
/// </summary>
internal sealed class Encoded(int width, int height, Func<int, int, (byte R, byte G, byte B)> colourAt)
{
    private const int Bands = 3;

    /// <summary>
    /// JPEG of EXIF orientation 6, as a camera held upright writes it: stored lying, its first column is what stands at the top.
    /// </summary>
    public byte[] Turned()
    {
        using var lying = Draw(height, width, (x, y) => colourAt(width - 1 - y, x));
        using var tagged = lying.Mutate(header => header.Set(GValue.GIntType, "orientation", 6));
        return tagged.JpegsaveBuffer(q: 100, subsampleMode: Enums.ForeignSubsample.Off);
    }

    /// <summary>JPEG of four inks, with the profile that says what they look like.</summary>
    public byte[] Cmyk()
    {
        using var image = Draw(width, height, colourAt);
        using var inks = image.IccTransform("cmyk", inputProfile: "srgb", intent: Enums.Intent.Relative, depth: 8);
        return inks.JpegsaveBuffer(q: 100, subsampleMode: Enums.ForeignSubsample.Off);
    }

    /// <summary>PNG of 16 bits a channel.</summary>
    public byte[] SixteenBit()
    {
        using var image = Draw(width, height, colourAt);
        using var scaled = image * 257;
        using var deep = scaled.Cast(Enums.BandFormat.Ushort);
        using var tagged = deep.Copy(interpretation: Enums.Interpretation.Rgb16);
        return tagged.PngsaveBuffer(bitdepth: 16);
    }

    /// <summary>PNG with an alpha channel: see-through, on black, wherever <paramref name="isClear"/> says so.</summary>
    public byte[] Transparent(Func<int, int, bool> isClear)
    {
        using var colour = Draw(width, height, (x, y) => isClear(x, y) ? default : colourAt(x, y));
        using var mask = Draw(width, height, (x, y) => isClear(x, y) ? default : (byte.MaxValue, byte.MaxValue, byte.MaxValue));
        using var alpha = mask.ExtractBand(0);
        using var joined = colour.Bandjoin(alpha);
        return joined.PngsaveBuffer();
    }

    private static Image Draw(int width, int height, Func<int, int, (byte R, byte G, byte B)> colourAt)
    {
        var pixels = new byte[width * height * Bands];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = (y * width + x) * Bands;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = colourAt(x, y);
            }
        }

        using var raw = Image.NewFromMemory(pixels, width, height, Bands, Enums.BandFormat.Uchar);
        return raw.Copy(interpretation: Enums.Interpretation.Srgb);
    }
}
