using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SsFer.Importing.Text;

/// <summary>
/// Opens text so that no character is lost: by its byte order mark, else as declared, else as UTF-8. What cannot be read so is refused
/// before its first line is used, and so is what no list of labels is: in an archive a few kilobytes unpack to as much as one likes.
/// </summary>
internal static class StrictText
{
    /// <summary>Bytes of the longest line: one of a row with pixels in words has ten thousand.</summary>
    public const int LongestLine = 1 << 20;

    /// <summary>Every one may be rejected, and is remembered then.</summary>
    public const int MostLines = 2_000_000;

    private const long MostBytes = 1L << 30;

    /// <param name="open">Opens the bytes from their beginning; called twice.</param>
    /// <param name="name">What messages call the text.</param>
    /// <param name="declared">Its encoding where it has no byte order mark; null means UTF-8.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ImportException">
    /// A line is not in the encoding, holds NUL, or is over the limits; the message names it and the cure.
    /// </exception>
    public static async Task<TextReader> OpenAsync(
        Func<Task<Stream>> open,
        string name,
        Encoding? declared,
        CancellationToken cancellationToken
    )
    {
        var (encoding, skip) = (declared ?? TextEncodings.Utf8, 0);
        await using (var stream = await open())
        {
            var head = new byte[4];
            var read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
            if (KindOf(head) is { } kind)
            {
                throw new ImportException($"'{name}' is no text but {kind}");
            }

            (encoding, skip) = Marked(head.AsSpan(0, read)) is var (marked, length) ? (marked, length) : (encoding, 0);
            await CheckAsync(
                new Lines(stream, head.AsMemory(skip, read - skip), name, IsWide(encoding)),
                name,
                encoding,
                cancellationToken
            );
        }

        var text = await open();
        await text.ReadExactlyAsync(new byte[skip], cancellationToken);
        return new StreamReader(text, encoding, detectEncodingFromByteOrderMarks: false);
    }

    /// <summary>What is given in place of a table, by how it begins, and the cure; null where it may be text.</summary>
    private static string? KindOf(ReadOnlySpan<byte> head) =>
        head switch
        {
            [(byte)'P', (byte)'K', 3, 4] or [0xD0, 0xCF, 0x11, 0xE0] =>
                "a workbook (Excel, LibreOffice) or an archive: save the sheet as CSV UTF-8 and give that",
            [0x1F, 0x8B, ..] => "packed with gzip: unpack it (gunzip) and give the text",
            _ => null,
        };

    private static (Encoding Encoding, int Length)? Marked(ReadOnlySpan<byte> head) =>
        head switch
        {
            [0xFF, 0xFE, 0, 0, ..] => (TextEncodings.Get("utf-32"), 4),
            [0xEF, 0xBB, 0xBF, ..] => (TextEncodings.Utf8, 3),
            [0xFF, 0xFE, ..] => (TextEncodings.Get("utf-16le"), 2),
            [0xFE, 0xFF, ..] => (TextEncodings.Get("utf-16be"), 2),
            _ => null,
        };

    private static async Task CheckAsync(Lines lines, string name, Encoding encoding, CancellationToken cancellationToken)
    {
        // Two or four bytes a character: a line cannot be told by its last byte, and a NUL is nothing strange.
        if (IsWide(encoding))
        {
            await CheckWideAsync(lines, name, encoding, cancellationToken);
            return;
        }

        while (await lines.NextAsync(cancellationToken) is { } line)
        {
            var number = lines.Number;
            if (line.Span.Contains((byte)0))
            {
                throw new ImportException(
                    $"'{name}' line {number} holds NUL characters: it was damaged, or is UTF-16 without a byte order mark "
                        + "(then give --encoding utf-16, over HTTP encoding=utf-16)"
                );
            }

            if (!Reads(encoding, line.Span))
            {
                throw new ImportException(
                    encoding == TextEncodings.Utf8
                        ? $"'{name}' line {number} is not UTF-8: {TextEncodings.Advice(line.Span)}"
                        : $"'{name}' line {number} is not {encoding.WebName}: give the encoding that it is written in"
                );
            }
        }
    }

    private static bool IsWide(Encoding encoding) => !encoding.IsSingleByte && encoding.GetByteCount("\n") > 1;

    private static bool Reads(Encoding encoding, ReadOnlySpan<byte> line)
    {
        if (encoding == TextEncodings.Utf8)
        {
            return Utf8.IsValid(line);
        }

        try
        {
            return encoding.GetCharCount(line) >= 0;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static async Task CheckWideAsync(Lines lines, string name, Encoding encoding, CancellationToken cancellationToken)
    {
        var decoder = encoding.GetDecoder();
        try
        {
            while (await lines.NextAsync(cancellationToken) is { } line)
            {
                decoder.GetCharCount(line.Span, flush: false);
                decoder.GetChars(line.Span, new char[encoding.GetMaxCharCount(line.Length)], flush: false);
            }

            decoder.GetCharCount([], flush: true);
        }
        catch (DecoderFallbackException e)
        {
            throw new ImportException($"'{name}' is not {encoding.WebName}, or was cut short: give the encoding that it is written in", e);
        }
    }

    /// <summary>The bytes up to and with each end of a line (LF, CR LF, or CR alone, as old programs write it).</summary>
    private sealed class Lines(Stream stream, ReadOnlyMemory<byte> head, string name, bool isWide)
    {
        private readonly byte[] _buffer = new byte[1 << 16];
        private readonly ArrayBufferWriter<byte> _line = new();
        private ReadOnlyMemory<byte> _rest = head;
        private long _bytes = head.Length;
        private bool _mayEndTwice; // a CR was the last that was read: an LF after it belongs to it

        /// <summary>Of the line that was read last, from 1.</summary>
        public int Number { get; private set; }

        /// <exception cref="ImportException">Over the limits.</exception>
        public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
        {
            _line.ResetWrittenCount();
            while (true)
            {
                if (EndIn(_rest.Span) is var end and > 0)
                {
                    _line.Write(_rest.Span[..end]);
                    _rest = _rest[end..];
                    return Counted();
                }

                _line.Write(_rest.Span);
                RequireShortLine();
                _rest = _buffer.AsMemory(0, await stream.ReadAsync(_buffer, cancellationToken));
                if ((_bytes += _rest.Length) > MostBytes)
                {
                    throw TooMuch($"has more than {MostBytes} bytes");
                }

                if (_rest.IsEmpty)
                {
                    return _line.WrittenCount > 0 ? Counted() : null;
                }
            }
        }

        /// <summary>How many bytes there are up to and with the end of the line; 0 where it does not end here.</summary>
        private int EndIn(ReadOnlySpan<byte> bytes)
        {
            var from = _mayEndTwice && bytes is [(byte)'\n', ..] ? 1 : 0;
            _mayEndTwice &= bytes.IsEmpty;
            if (bytes[from..].IndexOfAny((byte)'\r', (byte)'\n') is not (var at and >= 0))
            {
                return 0;
            }

            var end = from + at + 1;
            if (bytes[end - 1] == '\r')
            {
                _mayEndTwice = end == bytes.Length;
                end += end < bytes.Length && bytes[end] == '\n' ? 1 : 0;
            }

            return end;
        }

        private ReadOnlyMemory<byte>? Counted()
        {
            RequireShortLine();
            return ++Number <= MostLines || isWide ? _line.WrittenMemory : throw TooMuch($"has more than {MostLines} lines");
        }

        private void RequireShortLine()
        {
            if (_line.WrittenCount > LongestLine)
            {
                throw TooMuch($"line {Number + 1} has more than {LongestLine} bytes");
            }
        }

        private ImportException TooMuch(string what) =>
            new($"'{name}' {what}: no list of labels does, so give the one that names the pictures");
    }
}
