using static System.Buffers.Binary.BinaryPrimitives;

namespace SsFer.Faces.Imaging.Files;

/// <summary>The first directory of a TIFF file (TIFF 6.0, BigTIFF), or of EXIF, which is one.</summary>
internal sealed class TiffDirectory
{
    private readonly ReadOnlyMemory<byte> _file;

    private TiffDirectory(ReadOnlyMemory<byte> file, bool isLittle, bool isBig, List<Entry> entries) =>
        (_file, IsLittle, IsBig, Entries) = (file, isLittle, isBig, entries);

    public bool IsLittle { get; }

    /// <summary>Offsets are of eight bytes.</summary>
    public bool IsBig { get; }

    /// <summary>The first of each tag, in the order of the file.</summary>
    public IReadOnlyList<Entry> Entries { get; }

    /// <summary>Null where there is none.</summary>
    public static TiffDirectory? Read(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        if (bytes.Length < 16 || !(bytes.StartsWith("II"u8) || bytes.StartsWith("MM"u8)))
        {
            return null;
        }

        var isLittle = bytes[0] == 'I';
        var isBig = U16(bytes[2..], isLittle) == 43;
        var start = isBig ? U64(bytes[8..], isLittle) : U32(bytes[4..], isLittle);
        var (countBytes, entryBytes) = isBig ? (8, 20) : (2, 12);
        if (start > (ulong)(bytes.Length - countBytes))
        {
            return null;
        }

        var at = (int)start;
        var count = isBig ? U64(bytes[at..], isLittle) : U16(bytes[at..], isLittle);
        var entries = new List<Entry>();
        var seen = new HashSet<ushort>();
        at += countBytes;
        for (ulong i = 0; i < count && at + entryBytes <= bytes.Length; i++, at += entryBytes)
        {
            var tag = U16(bytes[at..], isLittle);
            if (seen.Add(tag))
            {
                var values = isBig ? U64(bytes[(at + 4)..], isLittle) : U32(bytes[(at + 4)..], isLittle);
                entries.Add(new Entry(tag, U16(bytes[(at + 2)..], isLittle), values, file.Slice(at, entryBytes)));
            }
        }

        return new TiffDirectory(file, isLittle, isBig, entries);
    }

    /// <summary>The largest of a tag's whole numbers; <paramref name="otherwise"/> where it is missing or has none.</summary>
    public ulong Largest(ushort tag, ulong otherwise)
    {
        if (Entries.FirstOrDefault(entry => entry.Tag == tag) is not { Count: > 0 } found || BytesOf(found.Type) is not (> 0 and var size))
        {
            return otherwise;
        }

        var field = found.Bytes.Span[(IsBig ? 12 : 8)..];
        var values = field;
        if (found.Count > (ulong)(field.Length / size))
        {
            var offset = IsBig ? U64(field, IsLittle) : U32(field, IsLittle);
            if (offset > (ulong)_file.Length || found.Count > ((ulong)_file.Length - offset) / (ulong)size)
            {
                return otherwise;
            }

            values = _file.Span[(int)offset..];
        }

        ulong largest = 0;
        for (var i = 0; i < (int)found.Count; i++)
        {
            var each = values[(i * size)..];
            largest = Math.Max(
                largest,
                size switch
                {
                    1 => each[0],
                    2 => U16(each, IsLittle),
                    4 => U32(each, IsLittle),
                    _ => U64(each, IsLittle),
                }
            );
        }

        return largest;
    }

    /// <summary>Of one whole number of the type; 0 for what is none.</summary>
    private static int BytesOf(ushort type) =>
        type switch
        {
            1 => 1,
            3 => 2,
            4 => 4,
            16 => 8,
            _ => 0,
        };

    private static ushort U16(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? ReadUInt16LittleEndian(bytes) : ReadUInt16BigEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? ReadUInt32LittleEndian(bytes) : ReadUInt32BigEndian(bytes);

    private static ulong U64(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? ReadUInt64LittleEndian(bytes) : ReadUInt64BigEndian(bytes);

    /// <param name="Tag">What it is.</param>
    /// <param name="Type">Of its values.</param>
    /// <param name="Count">Of its values.</param>
    /// <param name="Bytes">The whole entry as it stands.</param>
    public sealed record Entry(ushort Tag, ushort Type, ulong Count, ReadOnlyMemory<byte> Bytes);
}

/// <summary>Which way up a picture was taken.</summary>
internal static class ExifOrientation
{
    public const ushort Tag = 274;

    /// <param name="exif">With or without the six bytes that precede it in JPEG.</param>
    /// <returns>1 to 8; 1, upright, where it says nothing that is defined.</returns>
    public static int Of(ReadOnlyMemory<byte> exif)
    {
        var plain = exif.Span.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;
        return Of(TiffDirectory.Read(plain));
    }

    public static int Of(TiffDirectory? directory) => directory?.Largest(Tag, 1) is (>= 1 and <= 8) and var told ? (int)told : 1;
}
