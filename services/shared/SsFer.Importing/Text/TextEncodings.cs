using System.Globalization;
using System.Text;

namespace SsFer.Importing.Text;

/// <summary>
/// Encodings of names and tables that are not UTF-8. None is guessed: a dozen bytes read well in several, and a wrong guess gives
/// wrong classes. What is not UTF-8 is refused until its encoding is declared, and the refusal shows how the text would read.
/// </summary>
public static class TextEncodings
{
    /// <summary>Encodings in which a refused text is shown, the likely ones first.</summary>
    private static readonly string[] Likely = ["windows-1252", "windows-1251", "gbk", "shift_jis", "ibm437"];

    private const int LongestSample = 40; // bytes of a refused text that are shown

    /// <summary>UTF-8 that refuses what is none; its byte order mark is skipped.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    /// <param name="name">Such as <c>utf-16</c>, <c>windows-1252</c>, <c>cp1251</c>, <c>gbk</c>, or the number of a code page.</param>
    /// <returns>The encoding, which throws on bytes that it does not have; null where there is none of this name.</returns>
    public static Encoding? Find(string name)
    {
        var text = name.Trim().ToLowerInvariant();
        var digits = text.StartsWith("cp", StringComparison.Ordinal) ? text[2..].TrimStart('-') : text;
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var page))
        {
            text = page.ToString(CultureInfo.InvariantCulture);
        }

        text = text switch
        {
            "utf8" or "utf-8-sig" or "65001" => "utf-8",
            "utf16" => "utf-16",
            "utf16le" => "utf-16le",
            "utf16be" => "utf-16be",
            "sjis" => "shift_jis",
            "latin1" or "latin-1" => "iso-8859-1",
            _ => text,
        };
        if (text == "utf-8")
        {
            return Utf8;
        }

        try
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out page) ? OfPage(page) : OfName(text);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <exception cref="ImportException">There is none of this name.</exception>
    public static Encoding Get(string name) => Find(name) ?? throw new ImportException(Refusal(name));

    /// <summary>What is said of a name that <see cref="Find"/> does not know.</summary>
    public static string Refusal(string name) =>
        $"'{name}' is no encoding that SsFer knows: give one such as utf-8, utf-16, {string.Join(", ", Likely)}";

    /// <summary>How to go on from bytes that are no UTF-8, with the text as the likely encodings read it.</summary>
    internal static string Advice(ReadOnlySpan<byte> text)
    {
        var sample = SampleOf(text).ToArray();
        var readings = Likely.Select(name => (Name: name, Text: Read(name, sample))).Where(reading => reading.Text is not null);
        var shown = string.Join(", ", readings.Select(reading => $"{reading.Name} reads '{reading.Text}'"));
        return $"declare its encoding with --encoding NAME (over HTTP encoding=NAME){(shown.Length > 0 ? $": {shown}" : "")}";
    }

    private static Encoding? OfPage(int page) =>
        CodePagesEncodingProvider.Instance.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
        ?? Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private static Encoding? OfName(string name) =>
        CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
        ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private static string? Read(string name, byte[] sample)
    {
        try
        {
            var text = Find(name)!.GetString(sample);
            return text.Any(char.IsControl) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The cell or the part of a path around the first byte that is not ASCII.</summary>
    private static ReadOnlySpan<byte> SampleOf(ReadOnlySpan<byte> text)
    {
        var separators = "/,;\t|\"\r\n"u8;
        var first = Math.Max(text.IndexOfAnyInRange((byte)0x80, (byte)0xFF), 0);
        var from = text[..first].LastIndexOfAny(separators) + 1;
        var length = text[first..].IndexOfAny(separators);
        var sample = text[from..(length < 0 ? text.Length : first + length)];
        return sample[..Math.Min(sample.Length, LongestSample)];
    }
}
