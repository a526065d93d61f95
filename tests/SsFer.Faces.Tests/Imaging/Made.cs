using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using NetVips;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Tests.Imaging;

/// <summary>Small pictures made for a test.</summary>
internal static class Made
{
    /// <summary>Every pixel from its column and row.</summary>
    public static Picture From(int width, int height, Func<int, int, (byte R, byte G, byte B)> colour)
    {
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                (pixels[(y * width + x) * 3], pixels[(y * width + x) * 3 + 1], pixels[(y * width + x) * 3 + 2]) = colour(x, y);
            }
        }

        return new Picture(width, height, pixels);
    }

    /// <summary>Colours that change everywhere, slowly enough for lossy formats.</summary>
    public static Picture Gradient(int width, int height) =>
        From(width, height, (x, y) => ((byte)(x * 255 / width), (byte)(y * 255 / height), (byte)(255 - x * 255 / width)));

    /// <summary>One value in all bands of all pixels, handed to a saver of libvips.</summary>
    public static byte[] Encode(
        Func<Image, byte[]> save,
        int width,
        int height,
        double[] bands,
        Enums.BandFormat format,
        Enums.Interpretation interpretation
    )
    {
        VipsRuntime.Start();
        using var black = Image.Black(width, height, bands: bands.Length);
        using var value = black + bands;
        using var cast = value.Cast(format);
        using var image = cast.Copy(interpretation: interpretation);
        return save(image);
    }

    /// <summary>A picture handed to a saver of libvips.</summary>
    public static byte[] Encode(Picture picture, Func<Image, byte[]> save)
    {
        VipsRuntime.Start();
        using var raw = Image.NewFromMemory(picture.Pixels.ToArray(), picture.Width, picture.Height, 3, Enums.BandFormat.Uchar);
        using var image = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        return save(image);
    }

    /// <summary>A well-formed PNG of a few bytes that announces this size.</summary>
    public static byte[] PngAnnouncing(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2); // eight bits, RGB
        byte[] signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
        return [.. signature, .. Chunk("IHDR", header), .. Chunk("IDAT", [0x78, 0x9C, 0x03, 0, 0, 0, 0, 1]), .. Chunk("IEND", [])];
    }

    /// <summary>A chunk of a PNG.</summary>
    public static byte[] Chunk(string type, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. content];
        var chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        named.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(named.Length + 4), Crc32.HashToUInt32(named));
        return chunk;
    }
}
