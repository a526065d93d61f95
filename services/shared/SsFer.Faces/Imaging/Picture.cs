using System.Buffers.Binary;
using System.Security.Cryptography;
using NetVips;

namespace SsFer.Faces.Imaging;

/// <summary>
/// An 8-bit sRGB picture in memory: rows from the top, pixels from the left, three interleaved bytes (R, G, B) each. Immutable.
/// </summary>
public sealed class Picture
{
    private readonly byte[] _pixels;

    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Height x width x 3 bytes; owned by the picture from now on.</param>
    public Picture(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != (long)width * height * 3)
        {
            throw new ArgumentException(
                $"{width} x {height} RGB pixels are {(long)width * height * 3} bytes, not {pixels.LongLength}",
                nameof(pixels)
            );
        }

        (Width, Height, _pixels) = (width, height, pixels);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Height x width x 3 bytes.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>Whether R = G = B in every pixel.</summary>
    public bool IsGrey()
    {
        for (var i = 0; i < _pixels.Length; i += 3)
        {
            if (_pixels[i] != _pixels[i + 1] || _pixels[i] != _pixels[i + 2])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The part of the picture from column <paramref name="left"/> and row <paramref name="top"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie inside the picture.</exception>
    public Picture Crop(int left, int top, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width - left);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height - top);
        if (width == Width && height == Height)
        {
            return this;
        }

        var part = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            _pixels.AsSpan(((top + y) * Width + left) * 3, width * 3).CopyTo(part.AsSpan(y * width * 3));
        }

        return new Picture(width, height, part);
    }

    /// <summary>
    /// Resamples bicubically, with a kernel that widens as the picture shrinks so that every pixel counts.
    /// The same picture where the size already fits.
    /// </summary>
    public Picture Resize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var shrunk = Shrink(Math.Min(width, Width), Math.Min(height, Height));
        return shrunk.Warp([(double)width / shrunk.Width, 0, 0, (double)height / shrunk.Height], (0, 0), width, height);
    }

    /// <summary>
    /// Draws the picture, transformed, onto one of another size, interpolating bicubically; beyond its edge the edge pixel repeats.
    /// Only for scales of about 1 and above: fewer result pixels than source pixels alias.
    /// </summary>
    /// <param name="matrix">m11, m12, m21, m22: how a source vector becomes a result vector, in continuous pixel coordinates.</param>
    /// <param name="origin">Where the outer corner of the first source pixel comes to lie.</param>
    /// <param name="width">Of the result.</param>
    /// <param name="height">Of the result.</param>
    internal Picture Warp(double[] matrix, (double X, double Y) origin, int width, int height)
    {
        if (width == Width && height == Height && matrix is [1, 0, 0, 1] && origin == (0, 0))
        {
            return this;
        }

        using var turn = VipsRuntime.Turn(Math.Max(width, Width), Math.Max(height, Height));
        using var image = ToVips();
        using var bicubic = Interpolate.NewFromName("bicubic");
        // libvips counts from pixel centres: half a pixel comes on before the transform and goes off after it. Its own resize forgets
        // the second half when it enlarges.
        using var warped = image.Affine(
            matrix,
            interpolate: bicubic,
            oarea: [0, 0, width, height],
            idx: 0.5,
            idy: 0.5,
            odx: origin.X - 0.5,
            ody: origin.Y - 0.5,
            extend: Enums.Extend.Copy
        );
        return VipsPixels.Read(warped);
    }

    private Picture Shrink(int width, int height)
    {
        if (width == Width && height == Height)
        {
            return this;
        }

        using var turn = VipsRuntime.Turn(Width, Height);
        using var image = ToVips();
        using var resized = image.Resize((double)width / Width, kernel: Enums.Kernel.Cubic, vscale: (double)height / Height);
        return VipsPixels.Read(resized);
    }

    /// <summary>A PNG with no metadata, one channel where the picture is grey; the same pixels give the same bytes.</summary>
    public byte[] EncodePng()
    {
        using var turn = VipsRuntime.Turn(Width, Height);
        using var image = ToVips();
        if (!IsGrey())
        {
            return Encode(image);
        }

        using var grey = image.ExtractBand(0);
        using var single = grey.Copy(interpretation: Enums.Interpretation.Bw);
        return Encode(single);

        static byte[] Encode(Image image) =>
            image.PngsaveBuffer(compression: 6, interlace: false, filter: Enums.ForeignPngFilter.Sub, keep: Enums.ForeignKeep.None);
    }

    /// <summary>
    /// SHA-256 over width, height (little-endian int32) and the RGB bytes, in lower-case hexadecimal: equal exactly where size and
    /// pixels are.
    /// </summary>
    public string PixelHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, Width);
        BinaryPrimitives.WriteInt32LittleEndian(size[4..], Height);
        hash.AppendData(size);
        hash.AppendData(_pixels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Image ToVips()
    {
        VipsRuntime.Start();
        using var image = Image.NewFromMemory(_pixels, Width, Height, 3, Enums.BandFormat.Uchar);
        return image.Copy(interpretation: Enums.Interpretation.Srgb);
    }
}
