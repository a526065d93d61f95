namespace SsFer.Faces.Imaging.Files;

/// <summary>The kinds of pictures that are not read and yet met.</summary>
internal static class OtherFormats
{
    /// <summary>By how the file begins; null where it is none of them.</summary>
    public static string? NameOf(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            _ when bytes.StartsWith("BM"u8) => "BMP",
            _ when bytes.StartsWith("8BPS"u8) => "Photoshop",
            _ when bytes.StartsWith("P5"u8) || bytes.StartsWith("P6"u8) => "PGM or PPM",
            [_, _, _, _, (byte)'j', (byte)'P', (byte)' ', ..] => "JPEG 2000",
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "HEIC or AVIF",
            [0, 0, 1, 0, ..] => "ICO",
            _ => null,
        };
}
