using System.Text;
using static System.Buffers.Binary.BinaryPrimitives;

namespace SsFer.Faces.Imaging.Files;

/// <summary>
/// WebP (RFC 9649). A decoder gets the picture, of an animation the first frame, its transparency and a colour profile that is small.
/// </summary>
internal static class WebpFile
{
    private const int FileHeader = 12; // RIFF, size, WEBP
    private const int ChunkHeader = 8;
    private const int FrameHeader = 16;
    private const byte HasProfile = 0x20,
        HasAlpha = 0x10,
        IsAnimated = 0x02;

    /// <summary>Others are passed over.</summary>
    private static readonly string[] Kinds = ["VP8X", "ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L", "EXIF"];

    /// <summary>Null where the header is damaged, or the file is shorter than it says.</summary>
    public static PictureFile? Read(ReadOnlyMemory<byte> file, int mostProfileBytes)
    {
        var bytes = file.Span;
        if (bytes.Length < FileHeader + ChunkHeader || ReadUInt32LittleEndian(bytes[4..]) + 8L > bytes.Length)
        {
            return null;
        }

        var chunks = new Dictionary<string, (int Start, int End)>(StringComparer.Ordinal);
        var stop = (int)ReadUInt32LittleEndian(bytes[4..]) + 8;
        for (var at = FileHeader; at + ChunkHeader <= stop; )
        {
            var end = at + ChunkHeader + (long)ReadUInt32LittleEndian(bytes[(at + 4)..]);
            if (end > stop)
            {
                return null;
            }

            foreach (var kind in Kinds)
            {
                if (Ascii.Equals(bytes.Slice(at, 4), kind))
                {
                    chunks.TryAdd(kind, (at, (int)end)); // the first of each kind counts
                }
            }

            at = (int)Math.Min(end + (end & 1), stop);
        }

        return chunks.TryGetValue("VP8X", out var extended) ? Extended(file, chunks, extended, mostProfileBytes) : Simple(file, chunks);
    }

    private static PictureFile? Simple(ReadOnlyMemory<byte> file, Dictionary<string, (int Start, int End)> chunks) =>
        Bitstream(file.Span, chunks, "VP8 ", "VP8L") is { } picture
            ? Assemble(new PictureHeader(PictureFormats.Webp, picture.Width, picture.Height, picture.Bands), file, null, [picture.Chunk])
            : null;

    private static PictureFile? Extended(
        ReadOnlyMemory<byte> file,
        Dictionary<string, (int Start, int End)> chunks,
        (int Start, int End) extended,
        int mostProfileBytes
    )
    {
        var bytes = file.Span;
        if (extended.End - extended.Start < ChunkHeader + 10)
        {
            return null;
        }

        var head = bytes.Slice(extended.Start, ChunkHeader + 10).ToArray();
        var (width, height) = (1 + U24(head.AsSpan(12)), 1 + U24(head.AsSpan(15)));
        var keeps = new List<(int Start, int End)>();
        head[ChunkHeader] &= HasProfile | HasAlpha | IsAnimated;
        if (chunks.TryGetValue("ICCP", out var profile) && profile.End - profile.Start <= mostProfileBytes)
        {
            keeps.Add(profile);
        }
        else
        {
            head[ChunkHeader] &= unchecked((byte)~HasProfile);
        }

        if ((head[ChunkHeader] & IsAnimated) != 0)
        {
            if (
                !chunks.TryGetValue("ANIM", out var animation)
                || !chunks.TryGetValue("ANMF", out var frame)
                || frame.End - frame.Start < ChunkHeader + FrameHeader
                || FrameSize(bytes, frame) is not var (across, down)
                || across > width
                || down > height
            )
            {
                return null;
            }

            keeps.AddRange([animation, frame]);
        }
        else if (Bitstream(bytes, chunks, "VP8 ", "VP8L") is { } picture && (picture.Width, picture.Height) == (width, height))
        {
            if (chunks.TryGetValue("ALPH", out var alpha))
            {
                keeps.Add(alpha);
            }

            keeps.Add(picture.Chunk);
        }
        else
        {
            return null;
        }

        var header = new PictureHeader(PictureFormats.Webp, width, height, 4)
        {
            Orientation = chunks.TryGetValue("EXIF", out var exif) ? ExifOrientation.Of(file[(exif.Start + ChunkHeader)..exif.End]) : 1,
        };
        return Assemble(header, file, head, keeps);
    }

    private static PictureFile? Assemble(
        PictureHeader header,
        ReadOnlyMemory<byte> file,
        byte[]? extended,
        IEnumerable<(int Start, int End)> keeps
    )
    {
        var pieces = new Pieces(file);
        var head = file[..FileHeader].ToArray();
        pieces.Add(head);
        if (extended is not null)
        {
            WriteUInt32LittleEndian(extended.AsSpan(4), (uint)(extended.Length - ChunkHeader));
            pieces.Add(extended);
        }

        foreach (var (start, end) in keeps)
        {
            pieces.Keep(start, end);
            if (((end - start) & 1) != 0)
            {
                pieces.Add(new byte[1]);
            }
        }

        WriteUInt32LittleEndian(head.AsSpan(4), (uint)(pieces.Length - 8));
        return PictureFile.Of(header, pieces, 8); // the decoder's frame, and its copy or a palette's indices
    }

    /// <summary>Columns and rows of the picture inside of a frame.</summary>
    private static (int Width, int Height)? FrameSize(ReadOnlySpan<byte> bytes, (int Start, int End) frame)
    {
        for (var at = frame.Start + ChunkHeader + FrameHeader; at + ChunkHeader <= frame.End; )
        {
            var end = at + ChunkHeader + (long)ReadUInt32LittleEndian(bytes[(at + 4)..]);
            if (end > frame.End)
            {
                return null;
            }

            if (SizeOf(bytes, at, (int)end) is var (width, height, _))
            {
                return (width, height);
            }

            at = (int)(end + (end & 1));
        }

        return null;
    }

    private static (int Width, int Height, int Bands, (int Start, int End) Chunk)? Bitstream(
        ReadOnlySpan<byte> bytes,
        Dictionary<string, (int Start, int End)> chunks,
        params ReadOnlySpan<string> kinds
    )
    {
        foreach (var kind in kinds)
        {
            if (chunks.TryGetValue(kind, out var chunk) && SizeOf(bytes, chunk.Start, chunk.End) is var (width, height, bands))
            {
                return (width, height, bands, chunk);
            }
        }

        return null;
    }

    /// <summary>What the first bytes of a lossy (VP8) or lossless (VP8L) picture say; null for a chunk of another kind.</summary>
    private static (int Width, int Height, int Bands)? SizeOf(ReadOnlySpan<byte> bytes, int start, int end)
    {
        var kind = bytes.Slice(start, 4);
        var content = bytes[(start + ChunkHeader)..end];
        if (kind.SequenceEqual("VP8 "u8) && content.Length >= 10 && content[3..6].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
        {
            return (ReadUInt16LittleEndian(content[6..]) & 0x3FFF, ReadUInt16LittleEndian(content[8..]) & 0x3FFF, 3);
        }

        if (kind.SequenceEqual("VP8L"u8) && content.Length >= 5 && content[0] == 0x2F)
        {
            var bits = ReadUInt32LittleEndian(content[1..]);
            return (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF), 4);
        }

        return null;
    }

    private static int U24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
