using System.IO.Compression;
using static System.Buffers.Binary.BinaryPrimitives;

namespace SsFer.Faces.Imaging.Files;

/// <summary>
/// PNG (W3C, third edition). A decoder gets header, palette, transparency, pixels and a colour profile that is small; texts, EXIF,
/// further frames and everything unknown stay out.
/// </summary>
internal static class PngFile
{
    private const int ChunkFrame = 12; // length, type, checksum
    private const int FirstChunk = 8;
    private const int HeaderEnd = FirstChunk + ChunkFrame + 13;
    private const int LongestProfileName = 79;

    /// <summary>Null where the header is damaged.</summary>
    public static PictureFile? Read(ReadOnlyMemory<byte> file, int mostProfileBytes)
    {
        var bytes = file.Span;
        if (bytes.Length < HeaderEnd || ReadUInt32BigEndian(bytes[8..]) != 13 || !bytes[12..16].SequenceEqual("IHDR"u8))
        {
            return null;
        }

        var pieces = new Pieces(file);
        pieces.Keep(0, HeaderEnd);
        var (seen, orientation) = (new HashSet<uint>(), 1);
        for (var at = HeaderEnd; at + 8 <= bytes.Length; )
        {
            var (length, type) = (ReadUInt32BigEndian(bytes[at..]), ReadUInt32BigEndian(bytes[(at + 4)..]));
            var end = (int)Math.Min(at + ChunkFrame + (long)length, bytes.Length); // cut short: the decoder says so
            var content = file[(at + 8)..Math.Max(at + 8, end - 4)];
            if (
                type == Idat
                || type is Plte or Trns or Iend && seen.Add(type)
                || type == Iccp && seen.Add(type) && IsProfile(content, mostProfileBytes)
            )
            {
                pieces.Keep(at, end);
            }
            else if (type == Exif)
            {
                orientation = ExifOrientation.Of(content);
            }

            at = type == Iend ? bytes.Length : end;
        }

        var transparent = seen.Contains(Trns) ? 1 : 0;
        var bands = bytes[25] switch
        {
            0 => 1 + transparent,
            2 or 3 => 3 + transparent,
            4 => 2,
            6 => 4,
            _ => 0,
        };
        var (width, height) = (ReadInt32BigEndian(bytes[16..]), ReadInt32BigEndian(bytes[20..]));
        return PictureFile.Of(
            new PictureHeader(PictureFormats.Png, width, height, bands)
            {
                BytesPerSample = bytes[24] > 8 ? 2 : 1,
                Orientation = orientation,
            },
            pieces,
            bytes[28] == 0 ? 0 : bands * (bytes[24] > 8 ? 2 : 1) // rows of an interlaced picture come out of order
        );
    }

    private const uint Plte = 0x504C5445,
        Idat = 0x49444154,
        Iend = 0x49454E44,
        Trns = 0x74524E53,
        Iccp = 0x69434350,
        Exif = 0x65584966;

    /// <summary>Whether it unpacks to no more bytes than a profile may have.</summary>
    private static bool IsProfile(ReadOnlyMemory<byte> content, int mostBytes)
    {
        var name = content.Span[..Math.Min(content.Length, LongestProfileName + 1)].IndexOf((byte)0);
        if (name < 1 || content.Length > mostBytes || content.Length < name + 2)
        {
            return false;
        }

        try
        {
            using var inflated = new ZLibStream(new MemoryStream(content[(name + 2)..].ToArray()), CompressionMode.Decompress);
            var buffer = new byte[4096];
            var total = 0;
            for (int read; (read = inflated.Read(buffer)) > 0 && total <= mostBytes; )
            {
                total += read;
            }

            return total <= mostBytes;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
