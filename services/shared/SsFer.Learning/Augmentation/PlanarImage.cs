namespace SsFer.Learning.Augmentation;

/// <summary>An 8-bit picture stored plane by plane, [channels, height, width]; one plane (grey) or three (red, green, blue).</summary>
public sealed class PlanarImage
{
    /// <exception cref="ArgumentException">The bytes do not fit the shape.</exception>
    public PlanarImage(byte[] pixels, int channels, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (channels is not (1 or 3) || height <= 0 || width <= 0 || pixels.Length != channels * height * width)
        {
            throw new ArgumentException(
                $"{pixels.Length} bytes are not a picture of shape [{channels}, {height}, {width}]",
                nameof(pixels)
            );
        }

        (Pixels, Channels, Height, Width) = (pixels, channels, height, width);
    }

    public byte[] Pixels { get; }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>One channel, [height, width].</summary>
    public ReadOnlySpan<byte> Plane(int channel) => Pixels.AsSpan(channel * Height * Width, Height * Width);
}
