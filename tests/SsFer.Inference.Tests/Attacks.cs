using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NetVips;

namespace SsFer.Inference.Tests;

/// <summary>Files that cost a careless service gigabytes or seconds.</summary>
internal static class Attacks
{
    /// <summary>3 MB whose texts unpack to 3 GB.</summary>
    public static byte[] PngOfTexts()
    {
        var png = Requests.Plain();
        byte[] text = [.. "Title\0\0"u8, .. Deflated(new byte[8 << 20])];
        byte[] chunk = [.. BigEndian(text.Length), .. "zTXt"u8, .. text, 0, 0, 0, 0];
        return [.. png[..33], .. Enumerable.Repeat(chunk, 400).SelectMany(each => each), .. png[33..]];
    }

    /// <summary>The largest picture that is decoded, of one colour: most work for its bytes.</summary>
    /// <param name="side">Columns and rows.</param>
    /// <param name="save">The format.</param>
    public static byte[] Flat(int side, Func<Image, byte[]> save)
    {
        using var black = Image.Black(side, side, bands: 3);
        using var grey = black + 90;
        using var cast = grey.Cast(Enums.BandFormat.Uchar);
        using var colour = cast.Copy(interpretation: Enums.Interpretation.Srgb);
        return save(colour);
    }

    /// <summary>A few bytes of lossless WebP that announce 40 million pixels.</summary>
    public static byte[] WebpOfFewBytes()
    {
        byte[] bits = [0x2F, .. BitConverter.GetBytes(7999 | (4999 << 14)), .. new byte[221]];
        byte[] body = [.. "WEBPVP8L"u8, .. BitConverter.GetBytes(bits.Length), .. bits];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    /// <summary>Directories one after another, each a page of the same pixel.</summary>
    public static byte[] TiffOfPages(int pages)
    {
        (ushort Tag, ushort Type, int Value)[] entries =
        [
            (256, 3, 1),
            (257, 3, 1),
            (258, 3, 8),
            (259, 3, 1),
            (262, 3, 1),
            (273, 4, 8),
            (277, 3, 1),
            (278, 3, 1),
            (279, 4, 1),
        ];
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("II*\0"u8);
        writer.Write(16);
        writer.Write(new byte[8]); // the pixel
        for (var page = 0; page < pages; page++)
        {
            writer.Write((ushort)entries.Length);
            foreach (var (tag, type, value) in entries)
            {
                writer.Write(tag);
                writer.Write(type);
                writer.Write(1);
                writer.Write(value);
            }

            writer.Write(page == pages - 1 ? 0 : (int)file.Length + 4);
        }

        return file.ToArray();
    }

    /// <summary>Five floating-point channels of one value.</summary>
    public static byte[] TiffOfFloats()
    {
        using var black = Image.Black(3000, 3000, bands: 5);
        using var floats = black.Cast(Enums.BandFormat.Float);
        return floats.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate);
    }

    /// <summary>A form of files that are no pictures, of 63 MB together.</summary>
    public static (string Name, byte[] Content)[] LargeForm() =>
        [.. Enumerable.Range(0, 4).Select(i => ($"{i}.png", new byte[(63 << 20) / 4]))];

    public static byte[] Head(string headers) =>
        Encoding.ASCII.GetBytes($"POST /v1/expressions HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n");

    private static byte[] Deflated(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var zlib = new ZLibStream(memory, CompressionLevel.SmallestSize))
        {
            zlib.Write(content);
        }

        return memory.ToArray();
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
