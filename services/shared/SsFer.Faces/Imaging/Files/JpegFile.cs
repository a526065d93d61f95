using static System.Buffers.Binary.BinaryPrimitives;

namespace SsFer.Faces.Imaging.Files;

/// <summary>
/// JPEG (ITU T.81). A decoder gets tables, frame, scans, JFIF's and Adobe's own segment and a colour profile that is small; other
/// application segments, comments, and what follows the end of the picture stay out.
/// </summary>
internal static class JpegFile
{
    private const int MostComponents = 4;
    private const int LongestMarked = 64; // of a segment that is kept for its first bytes: JFIF's has 16, Adobe's 14

    /// <summary>Null where the header is damaged.</summary>
    public static PictureFile? Read(ReadOnlyMemory<byte> file, int mostProfileBytes)
    {
        var reading = new Reading(file, mostProfileBytes);
        return reading.Run() ? reading.ToFile() : null;
    }

    /// <summary>The file with an EXIF segment of nothing but its orientation (CIPA DC-008, 4.5.4 and 4.6.4).</summary>
    /// <param name="file">That has none.</param>
    /// <param name="orientation">1 to 8.</param>
    public static byte[] WithOrientation(ReadOnlySpan<byte> file, int orientation)
    {
        ReadOnlySpan<byte> marker = [0xFF, 0xE1, 0, 34];
        ReadOnlySpan<byte> directory = [0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        var at = file is [_, _, 0xFF, 0xE0, var high, var low, ..] ? 4 + ((high << 8) | low) : 2; // JFIF's own segment comes first
        return [.. file[..at], .. marker, .. "Exif\0\0MM\0*"u8, .. directory, .. file[at..]];
    }

    private sealed class Reading(ReadOnlyMemory<byte> file, int mostProfileBytes)
    {
        private readonly Pieces _pieces = new(file);
        private readonly bool _keepsProfile = ProfileBytes(file.Span) <= mostProfileBytes;
        private PictureHeader? _header;
        private double _samples;
        private bool _isProgressive;
        private bool _hasJfif;
        private bool _hasAdobe;
        private int _orientation = 1;
        private int _scans;

        public PictureFile? ToFile() =>
            PictureFile.Of(
                _header! with
                {
                    Scans = _scans,
                    Orientation = _orientation,
                },
                _pieces,
                _isProgressive || _scans > 1 ? 2 * _samples : 0 // coefficients of all blocks wait for the last scan
            );

        /// <summary>False where no frame was found that can be decoded.</summary>
        public bool Run()
        {
            var bytes = file.Span;
            _pieces.Keep(0, 2);
            var at = 2;
            while (NextMarker(bytes, ref at) is { } marker)
            {
                if (marker is 0x01 or (>= 0xD0 and <= 0xD7))
                {
                    at += 2; // stands alone, and has no business here
                    continue;
                }

                if (marker == 0xD9)
                {
                    _pieces.Keep(at, at + 2);
                    return _header is not null;
                }

                var end = at + 4 <= bytes.Length ? at + 2 + ReadUInt16BigEndian(bytes[(at + 2)..]) : bytes.Length + 1;
                if (end > bytes.Length || end < at + 4)
                {
                    _pieces.Keep(at, bytes.Length); // cut short: the decoder says so
                    return _header is not null;
                }

                if (!Take(marker, file[(at + 4)..end]))
                {
                    at = end;
                    continue;
                }

                _scans += marker == 0xDA ? 1 : 0;
                var next = marker == 0xDA ? EndOfScan(bytes, end) : end;
                if (IsFrame(marker) && !ReadFrame(marker, bytes[(at + 4)..end]))
                {
                    return false;
                }

                _pieces.Keep(at, next);
                at = next;
            }

            return _header is not null;
        }

        /// <summary>Whether a decoder needs the segment.</summary>
        private bool Take(int marker, ReadOnlyMemory<byte> content)
        {
            var start = content.Span;
            switch (marker)
            {
                case 0xE0 when !_hasJfif && start.StartsWith("JFIF\0"u8) && start.Length <= LongestMarked:
                    return _hasJfif = true;
                case 0xEE when !_hasAdobe && start.StartsWith("Adobe"u8) && start.Length <= LongestMarked:
                    return _hasAdobe = true;
                case 0xE1 when start.StartsWith("Exif\0\0"u8):
                    _orientation = ExifOrientation.Of(content[6..]);
                    return false;
                case 0xE2 when start.StartsWith(Profile):
                    return _keepsProfile;
                default:
                    return marker is (< 0xE0 or > 0xEF) and not 0xFE;
            }
        }

        private bool ReadFrame(int marker, ReadOnlySpan<byte> frame)
        {
            if (_header is not null || frame.Length < 6 || frame[5] is 0 or > MostComponents || frame.Length < 6 + (3 * frame[5]))
            {
                return false;
            }

            var (sum, widest, highest) = (0, 1, 1);
            for (var i = 0; i < frame[5]; i++)
            {
                var (across, down) = (frame[7 + (3 * i)] >> 4, frame[7 + (3 * i)] & 15);
                (sum, widest, highest) = (sum + (across * down), Math.Max(widest, across), Math.Max(highest, down));
            }

            _samples = (double)sum / (widest * highest);
            _isProgressive = marker is 0xC2 or 0xC6 or 0xCA or 0xCE;
            var (width, height) = (ReadUInt16BigEndian(frame[3..]), ReadUInt16BigEndian(frame[1..]));
            _header = new PictureHeader(PictureFormats.Jpeg, width, height, frame[5])
            {
                BytesPerSample = frame[0] > 8 ? 2 : 1,
                Shrinks = frame[0] == 8 && !IsLossless(marker),
            };
            return true;
        }
    }

    private static ReadOnlySpan<byte> Profile => "ICC_PROFILE\0"u8;

    private static bool IsFrame(int marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static bool IsLossless(int marker) => marker is 0xC3 or 0xC7 or 0xCB or 0xCF;

    /// <summary>Moves on to the next marker; null where there is none.</summary>
    private static int? NextMarker(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (at + 1 < bytes.Length)
        {
            var found = bytes[at..^1].IndexOf((byte)0xFF);
            if (found < 0)
            {
                return null;
            }

            at += found;
            if (bytes[at + 1] is not (0 or 0xFF))
            {
                return bytes[at + 1];
            }

            at++;
        }

        return null;
    }

    /// <summary>Where the entropy-coded bytes end: at a marker that is no restart, or with the file.</summary>
    private static int EndOfScan(ReadOnlySpan<byte> bytes, int start)
    {
        for (var at = start; NextMarker(bytes, ref at) is { } marker; at += 2)
        {
            if (marker is < 0xD0 or > 0xD7)
            {
                return at;
            }
        }

        return bytes.Length;
    }

    /// <summary>Of all segments before the first scan that carry a part of the colour profile.</summary>
    private static long ProfileBytes(ReadOnlySpan<byte> bytes)
    {
        var (at, total) = (2, 0L);
        while (NextMarker(bytes, ref at) is { } marker and not 0xDA && at + 4 <= bytes.Length)
        {
            var length = ReadUInt16BigEndian(bytes[(at + 2)..]);
            total += marker == 0xE2 && bytes[(at + 4)..].StartsWith(Profile) ? length : 0;
            at += 2 + length;
        }

        return total;
    }
}
