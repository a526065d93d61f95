using NetVips;

namespace SsFer.Faces.Imaging;

/// <summary>What libvips computes, as a picture.</summary>
internal static class VipsPixels
{
    private const int StripBytes = 80_000; // below what the collector treats as large

    /// <summary>
    /// Strip by strip, on the calling thread: libvips' own way out would hold the whole picture a second time, and start a thread,
    /// which takes as long as a small picture does.
    /// </summary>
    /// <param name="image">Of one channel of 8 bits, which is repeated, or of three.</param>
    /// <param name="cancellationToken">Stops between strips.</param>
    /// <exception cref="VipsException">Something on the way to its pixels failed.</exception>
    public static Picture Read(Image image, CancellationToken cancellationToken = default)
    {
        var (width, height, bands) = (image.Width, image.Height, image.Bands);
        var pixels = PixelMemory.Allocate(checked(width * height * 3));
        var rows = Math.Max(1, StripBytes / (bands * width));
        using var region = Region.New(image);
        for (var top = 0; top < height; top += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var strip = region.Fetch(0, top, width, Math.Min(rows, height - top));
            var target = pixels.AsSpan(top * width * 3);
            if (bands == 1)
            {
                Repeat(strip, target);
            }
            else
            {
                strip.CopyTo(target);
            }
        }

        return new Picture(width, height, pixels);
    }

    private static void Repeat(ReadOnlySpan<byte> grey, Span<byte> target)
    {
        for (var i = 0; i < grey.Length; i++)
        {
            target.Slice(3 * i, 3).Fill(grey[i]);
        }
    }
}
