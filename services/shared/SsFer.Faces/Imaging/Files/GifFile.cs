using static System.Buffers.Binary.BinaryPrimitives;

namespace SsFer.Faces.Imaging.Files;

/// <summary>GIF (89a). A decoder gets the first frame with its transparency; comments, applications and further frames stay out.</summary>
internal static class GifFile
{
    private const int ScreenEnd = 13;
    private const int DescriptorBytes = 10;

    /// <summary>Null where the header is damaged.</summary>
    public static PictureFile? Read(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        if (bytes.Length < ScreenEnd)
        {
            return null;
        }

        var pieces = new Pieces(file);
        var at = Math.Min(ScreenEnd + Table(bytes[10]), bytes.Length);
        pieces.Keep(0, at);
        while (at + 1 < bytes.Length && bytes[at] == 0x21)
        {
            var end = EndOfBlocks(bytes, at + 2);
            if (bytes[at + 1] == 0xF9)
            {
                pieces.Keep(at, end);
            }

            at = end;
        }

        if (at + DescriptorBytes > bytes.Length || bytes[at] != 0x2C)
        {
            return null;
        }

        var (width, height) = (ReadUInt16LittleEndian(bytes[6..]), ReadUInt16LittleEndian(bytes[8..]));
        var right = ReadUInt16LittleEndian(bytes[(at + 1)..]) + ReadUInt16LittleEndian(bytes[(at + 5)..]);
        var bottom = ReadUInt16LittleEndian(bytes[(at + 3)..]) + ReadUInt16LittleEndian(bytes[(at + 7)..]);
        pieces.Keep(at, EndOfBlocks(bytes, Math.Min(at + DescriptorBytes + Table(bytes[at + 9]) + 1, bytes.Length)));
        pieces.Add(new byte[] { 0x3B });
        return PictureFile.Of(
            new PictureHeader(PictureFormats.Gif, Math.Max(width, right), Math.Max(height, bottom), 4),
            pieces,
            8 // the screen, and its copy
        );
    }

    private static int Table(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int EndOfBlocks(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length)
        {
            var length = bytes[at];
            at += 1 + length;
            if (length == 0)
            {
                return Math.Min(at, bytes.Length);
            }
        }

        return bytes.Length;
    }
}
