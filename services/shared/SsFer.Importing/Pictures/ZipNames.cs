using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using SsFer.Importing.Text;

namespace SsFer.Importing.Pictures;

/// <summary>
/// The names of a zip archive's entries as they were meant, in the order of its directory. An entry says that its name is UTF-8 by a
/// flag, or gives it once more in UTF-8 (Info-ZIP's extra field 0x7075); other names are in the encoding of the machine that packed
/// them, of which the archive says nothing.
/// </summary>
internal static class ZipNames
{
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int HeaderLength = 46;

    /// <summary>
    /// Entries beyond which an archive is refused: its directory stands in memory. No published set of faces has as many in one.
    /// </summary>
    private const long MostEntries = 1_500_000;

    /// <summary>Bytes of the directory, likewise: what it says of its entries need not be true.</summary>
    private const long LongestDirectory = 192 << 20;

    private const ushort Utf8Flag = 0x800;
    private const ushort UnicodePath = 0x7075;

    /// <summary>Looks at how long the directory is, before anybody reads it; one that cannot be found is left to who does.</summary>
    /// <param name="archive">The whole archive; its position changes.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImportException">It has too many entries.</exception>
    public static void RequireBounded(Stream archive, string name)
    {
        long offset;
        long count;
        try
        {
            (offset, count) = FindDirectory(archive);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentOutOfRangeException)
        {
            return;
        }

        if (count > MostEntries || archive.Length - offset > LongestDirectory)
        {
            throw new ImportException(
                $"'{name}' has more entries than an archive may have ({MostEntries}, in a directory of {LongestDirectory} bytes): "
                    + "give several"
            );
        }
    }

    /// <param name="archive">The whole archive; its position changes.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="declared">The encoding of names that do not say theirs; null means UTF-8.</param>
    /// <exception cref="ImportException">A name cannot be read; the message shows it and names the cure.</exception>
    /// <exception cref="InvalidDataException">The directory of the archive is damaged.</exception>
    public static List<string> Read(Stream archive, string name, Encoding? declared)
    {
        var (offset, count) = FindDirectory(archive);
        archive.Position = offset;
        using var reader = new BinaryReader(archive, Encoding.UTF8, leaveOpen: true);
        var names = new List<string>();
        for (var i = 0L; i < count; i++)
        {
            var header = Exactly(reader, HeaderLength);
            if (U32(header, 0) != 0x02014B50)
            {
                throw new InvalidDataException("its directory is damaged");
            }

            var raw = Exactly(reader, U16(header, 28));
            var extra = Exactly(reader, U16(header, 30));
            archive.Seek(U16(header, 32), SeekOrigin.Current);
            names.Add(Decode(raw, extra, (U16(header, 8) & Utf8Flag) != 0, name, declared));
        }

        return names;
    }

    private static string Decode(byte[] raw, byte[] extra, bool isUtf8, string archive, Encoding? declared)
    {
        var unicode = isUtf8 ? raw : UnicodePathOf(raw, extra);
        var encoding = unicode is null && declared is not null ? declared : TextEncodings.Utf8;
        try
        {
            var text = encoding.GetString(unicode ?? raw);
            return text.Contains('\uFFFD')
                ? throw new ImportException(
                    $"'{archive}' holds '{text}', whose name was damaged by an earlier conversion: pack the pictures again"
                )
                : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new ImportException(
                declared is null || isUtf8
                    ? $"'{archive}' has a name that is not UTF-8: {TextEncodings.Advice(raw)}"
                    : $"'{archive}' has a name that is not {declared.WebName}: give the encoding that its names are written in",
                e
            );
        }
    }

    /// <summary>Null where there is none, or where it is of a name that the entry had before (its checksum says so).</summary>
    private static byte[]? UnicodePathOf(byte[] raw, byte[] extra)
    {
        for (var at = 0; at + 4 <= extra.Length; )
        {
            var (id, length) = (U16(extra, at), U16(extra, at + 2));
            at += 4;
            if (id == UnicodePath && length > 5 && at + length <= extra.Length && U32(extra, at + 1) == Crc32.HashToUInt32(raw))
            {
                return extra[(at + 5)..(at + length)];
            }

            at += length;
        }

        return null;
    }

    private static (long Offset, long Count) FindDirectory(Stream archive)
    {
        var tail = new byte[Math.Min(archive.Length, EndLength + LongestComment)];
        archive.Position = archive.Length - tail.Length;
        archive.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || end + EndLength > tail.Length)
        {
            throw new InvalidDataException("it has no directory");
        }

        var (offset, count) = ((long)U32(tail, end + 16), (long)U16(tail, end + 10));
        var locator = end - 20;
        if ((offset != uint.MaxValue && count != ushort.MaxValue) || locator < 0 || U32(tail, locator) != 0x07064B50)
        {
            return (offset, count);
        }

        // Zip64: offset and count did not fit and stand in a record of their own.
        archive.Position = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(locator + 8));
        var record = new byte[56];
        archive.ReadExactly(record);
        return (BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)), BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32)));
    }

    private static byte[] Exactly(BinaryReader reader, int count) =>
        reader.ReadBytes(count) is var bytes && bytes.Length == count ? bytes : throw new InvalidDataException("it is cut short");

    private static ushort U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
