using System.Buffers.Binary;

namespace SsFer.Faces.Imaging.Files;

/// <summary>
/// TIFF (6.0, BigTIFF). A decoder gets the first page, under a directory of our own that names what its pixels need and a colour
/// profile that is small; further pages, EXIF, XMP and private tags are not found from there.
/// </summary>
internal static class TiffFile
{
    private const ushort Width = 256,
        Height = 257,
        Bits = 258,
        Compression = 259,
        Photometric = 262,
        Samples = 277,
        TileWidth = 322,
        TileHeight = 323,
        Profile = 34675;

    private static readonly HashSet<ushort> Needed =
    [
        Width,
        Height,
        Bits,
        Compression,
        Photometric,
        Samples,
        TileWidth,
        TileHeight,
        Profile,
        ExifOrientation.Tag,
        // fill order, strips, planes, options of fax codes, predictor, palette, tiles, inks, extra samples, sample format
        266,
        273,
        278,
        279,
        284,
        292,
        293,
        317,
        320,
        324,
        325,
        332,
        334,
        338,
        339,
        // JPEG inside: its tables, and those of the old kind; luma and chroma
        347,
        512,
        513,
        514,
        515,
        517,
        518,
        519,
        520,
        521,
        529,
        530,
        531,
        532,
    ];

    /// <summary>Null where the header is damaged.</summary>
    public static PictureFile? Read(ReadOnlyMemory<byte> file, int mostProfileBytes)
    {
        if (TiffDirectory.Read(file) is not { } directory)
        {
            return null;
        }

        var (width, height) = (directory.Largest(Width, 0), directory.Largest(Height, 0));
        var (samples, bits) = (directory.Largest(Samples, 1), directory.Largest(Bits, 1));
        var (tileWidth, tileHeight) = (directory.Largest(TileWidth, 1), directory.Largest(TileHeight, 1));
        if (new[] { width, height, samples, bits, tileWidth, tileHeight }.Any(value => value > ushort.MaxValue * 16UL))
        {
            return null;
        }

        // A palette becomes colours, LogLuv floating point.
        var photometric = directory.Largest(Photometric, 1);
        var bands = (int)Math.Min(photometric == 3 ? samples + 2 : samples, byte.MaxValue);
        var bytesPerSample = photometric is 32844 or 32845 ? 4 : Math.Max(1, (int)bits / 8);
        // A page may be one strip or one tile, also one that is larger than the picture.
        var excess = Math.Max(1.0, (double)(tileWidth * tileHeight) / Math.Max(1, width * height));
        return PictureFile.Of(
            new PictureHeader(PictureFormats.Tiff, (int)width, (int)height, bands)
            {
                BytesPerSample = bytesPerSample,
                Orientation = ExifOrientation.Of(directory),
            },
            WithDirectory(file, directory, mostProfileBytes),
            2 * bands * bytesPerSample * excess
        );
    }

    private static Pieces WithDirectory(ReadOnlyMemory<byte> file, TiffDirectory directory, int mostProfileBytes)
    {
        List<TiffDirectory.Entry> kept =
        [
            .. directory.Entries.Where(entry =>
                Needed.Contains(entry.Tag) && (entry.Tag != Profile || entry.Count <= (ulong)mostProfileBytes)
            ),
        ];
        var head = file[..16].ToArray();
        var at = file.Length + (file.Length & 1);
        var (countBytes, nextBytes) = directory.IsBig ? (8, 8) : (2, 4);
        var own = new byte[at - file.Length + countBytes + kept.Sum(entry => entry.Bytes.Length) + nextBytes]; // the next page is none
        Write(directory.IsBig ? head.AsSpan(8, 8) : head.AsSpan(4, 4), (ulong)at, directory.IsLittle);
        var position = at - file.Length;
        Write(own.AsSpan(position, countBytes), (ulong)kept.Count, directory.IsLittle);
        position += countBytes;
        foreach (var entry in kept)
        {
            entry.Bytes.CopyTo(own.AsMemory(position));
            position += entry.Bytes.Length;
        }

        var pieces = new Pieces(file);
        pieces.Add(head);
        pieces.Keep(16, file.Length);
        pieces.Add(own);
        return pieces;
    }

    private static void Write(Span<byte> target, ulong value, bool isLittle)
    {
        Span<byte> whole = stackalloc byte[8];
        if (isLittle)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(whole, value);
            whole[..target.Length].CopyTo(target);
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(whole, value);
            whole[^target.Length..].CopyTo(target);
        }
    }
}
