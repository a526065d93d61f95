namespace SsFer.Faces.Imaging;

/// <summary>What a picture announces of itself: stored columns and rows (before it is turned upright) and channels.</summary>
public sealed record PictureHeader(PictureFormats Format, int Width, int Height, int Bands)
{
    /// <summary>Bytes of one channel of one pixel as it is decoded.</summary>
    public int BytesPerSample { get; init; } = 1;

    /// <summary>As EXIF counts: 1 stands upright.</summary>
    public int Orientation { get; init; } = 1;

    /// <summary>Passes over the picture (JPEG).</summary>
    public int Scans { get; init; } = 1;

    /// <summary>Whether it holds frequencies of blocks of 8 x 8 pixels, from which a half, a quarter or an eighth can be made.</summary>
    public bool Shrinks { get; init; }

    /// <summary>Columns and rows once it stands upright.</summary>
    public (int Width, int Height) UprightSize => Orientation >= 5 ? (Height, Width) : (Width, Height);

    public long Pixels => (long)Width * Height;
}
