namespace SsFer.Faces.Imaging;

/// <summary>How much a picture may ask for. Checked against its length and its header, before a single pixel is decoded.</summary>
public sealed class ImageBudget
{
    private readonly long _maxEncodedBytes = 64L << 20;
    private readonly long _maxPixels = 64_000_000;
    private readonly int _maxSide = 16_384;
    private readonly long _maxDecodedBytes = 1L << 30;
    private readonly int _maxProfileBytes = 2 << 20;

    /// <summary>The limits used where none are given.</summary>
    public static ImageBudget Default { get; } = new();

    /// <summary>Largest file in bytes. Default 64 MiB.</summary>
    public long MaxEncodedBytes
    {
        get => _maxEncodedBytes;
        init => _maxEncodedBytes = Positive(value, nameof(MaxEncodedBytes));
    }

    /// <summary>Largest width x height in pixels. Default 64 million.</summary>
    public long MaxPixels
    {
        get => _maxPixels;
        init => _maxPixels = Positive(value, nameof(MaxPixels));
    }

    /// <summary>Largest width or height in pixels. Default 16384.</summary>
    public int MaxSide
    {
        get => _maxSide;
        init => _maxSide = (int)Positive(value, nameof(MaxSide));
    }

    /// <summary>Most bytes that decoding may hold at a time (<see cref="PictureFile.WorkingBytes"/>). Default 1 GiB.</summary>
    public long MaxDecodedBytes
    {
        get => _maxDecodedBytes;
        init => _maxDecodedBytes = Positive(value, nameof(MaxDecodedBytes));
    }

    /// <summary>Largest colour profile in bytes, unpacked; a larger one is ignored. Default 2 MiB.</summary>
    public int MaxProfileBytes
    {
        get => _maxProfileBytes;
        init => _maxProfileBytes = (int)Positive(value, nameof(MaxProfileBytes));
    }

    /// <summary>Formats that are taken. Default all.</summary>
    public PictureFormats Formats { get; init; } = PictureFormats.All;

    private static long Positive(long value, string name) =>
        value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive, it is {value}");
}
