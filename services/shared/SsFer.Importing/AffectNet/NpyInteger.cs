using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SsFer.Importing.AffectNet;

/// <summary>
/// One whole number out of a NumPy <c>.npy</c> file (format versions 1 to 3: magic, header text, raw values). Numbers and text are read;
/// pickled objects are refused, whatever they hold.
/// </summary>
internal static partial class NpyInteger
{
    /// <exception cref="FormatException">Not such a file, more than one value, or no whole number.</exception>
    public static int Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || file[0] != 0x93 || !file[1..].StartsWith("NUMPY"u8))
        {
            throw new FormatException("is not a .npy file");
        }

        var wide = file[6] >= 2;
        var begin = wide ? 12 : 10;
        var length = wide ? BinaryPrimitives.ReadUInt32LittleEndian(file[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(file[8..]);
        if (length > file.Length - begin)
        {
            throw new FormatException("is cut short in its header");
        }

        var header = Encoding.Latin1.GetString(file.Slice(begin, (int)length));
        var type = Type().Match(header);
        if (!type.Success || !Shape().IsMatch(header))
        {
            throw new FormatException("does not hold one plain value (a number or text, never a pickled object)");
        }

        var bigEndian = type.Groups["order"].Value == ">";
        var size = int.Parse(type.Groups["size"].Value, CultureInfo.InvariantCulture) * (type.Groups["kind"].Value == "U" ? 4 : 1);
        var value = file[(begin + (int)length)..];
        if (value.Length != size)
        {
            throw new FormatException($"should hold {size} bytes of value, it has {value.Length}");
        }

        return Whole(Read(value, type.Groups["kind"].Value[0], bigEndian));
    }

    private static double Read(ReadOnlySpan<byte> value, char kind, bool bigEndian) =>
        (kind, value.Length) switch
        {
            ('i', 1) => (sbyte)value[0],
            ('u', 1) => value[0],
            ('i', 2) => bigEndian ? BinaryPrimitives.ReadInt16BigEndian(value) : BinaryPrimitives.ReadInt16LittleEndian(value),
            ('u', 2) => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(value) : BinaryPrimitives.ReadUInt16LittleEndian(value),
            ('i', 4) => bigEndian ? BinaryPrimitives.ReadInt32BigEndian(value) : BinaryPrimitives.ReadInt32LittleEndian(value),
            ('u', 4) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(value) : BinaryPrimitives.ReadUInt32LittleEndian(value),
            ('i', 8) => bigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value),
            ('u', 8) => bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(value) : BinaryPrimitives.ReadUInt64LittleEndian(value),
            ('f', 4) => bigEndian ? BinaryPrimitives.ReadSingleBigEndian(value) : BinaryPrimitives.ReadSingleLittleEndian(value),
            ('f', 8) => bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(value) : BinaryPrimitives.ReadDoubleLittleEndian(value),
            ('S', _) => Number(Encoding.ASCII.GetString(value)),
            ('U', _) => Number((bigEndian ? new UTF32Encoding(bigEndian: true, byteOrderMark: false) : Encoding.UTF32).GetString(value)),
            _ => throw new FormatException($"holds a value of {value.Length} bytes and kind '{kind}', which is not read"),
        };

    private static double Number(string text) =>
        double.TryParse(text.TrimEnd('\0'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException("holds text that is no number");

    private static int Whole(double value) =>
        value == Math.Truncate(value) && Math.Abs(value) <= int.MaxValue
            ? (int)value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"holds {value}, which is no whole number"));

    [GeneratedRegex(@"'descr':\s*'(?<order>[<>|=]?)(?<kind>[iufSU])(?<size>\d{1,4})'", RegexOptions.CultureInvariant)]
    private static partial Regex Type();

    [GeneratedRegex(@"'shape':\s*\(\s*(1\s*,\s*)*1?\s*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
