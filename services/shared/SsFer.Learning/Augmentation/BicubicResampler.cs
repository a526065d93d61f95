using System.Numerics;
using System.Runtime.InteropServices;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// Antialiased bicubic resampling of a window to a square, width first, then height, as PIL and PyTorch do. Only the window's own
/// pixels count, as when the picture is cropped before it is resized. A window that already has the right size is copied.
/// </summary>
public static class BicubicResampler
{
    /// <summary>Resamples without rounding: what tensors see. Values are clamped to [0, 1] once, at the end.</summary>
    /// <param name="picture">Source, one or three planes.</param>
    /// <param name="window">Window inside the source.</param>
    /// <param name="size">Side S of the result.</param>
    /// <param name="flip">Whether the result is mirrored left to right.</param>
    /// <param name="destination">Receives [channels of the source, S, S] in [0, 1].</param>
    public static void Resample(PlanarImage picture, CropWindow window, int size, bool flip, Span<float> destination)
    {
        Guard(picture, window, size, destination.Length);
        using var passes = new ResamplingPasses(window, size);
        for (var channel = 0; channel < picture.Channels; channel++)
        {
            passes.Run(picture, channel, flip, quantise: false);
            for (var y = 0; y < size; y++)
            {
                var row = passes.Row(y);
                foreach (ref var values in row)
                {
                    values = Vector.ClampNative(values, Vector<float>.Zero, new Vector<float>(255)) * (1f / 255);
                }

                MemoryMarshal.Cast<Vector<float>, float>(row)[..size].CopyTo(destination.Slice((channel * size + y) * size, size));
            }
        }
    }

    /// <summary>Resamples in 8 bits: rounded and clamped after each of the two passes, as PIL does with a picture of bytes.</summary>
    /// <param name="picture">Source, one or three planes.</param>
    /// <param name="window">Window inside the source.</param>
    /// <param name="size">Side S of the result.</param>
    /// <param name="flip">Whether the result is mirrored left to right.</param>
    /// <param name="destination">Receives [channels of the source, S, S].</param>
    public static void ResampleQuantised(PlanarImage picture, CropWindow window, int size, bool flip, Span<byte> destination)
    {
        Guard(picture, window, size, destination.Length);
        using var passes = new ResamplingPasses(window, size);
        for (var channel = 0; channel < picture.Channels; channel++)
        {
            passes.Run(picture, channel, flip, quantise: true);
            for (var y = 0; y < size; y++)
            {
                var row = MemoryMarshal.Cast<Vector<float>, float>(passes.Row(y));
                var bytes = destination.Slice((channel * size + y) * size, size);
                for (var x = 0; x < bytes.Length; x++)
                {
                    bytes[x] = (byte)float.ConvertToIntegerNative<int>(row[x]);
                }
            }
        }
    }

    private static void Guard(PlanarImage picture, CropWindow window, int size, int length)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (
            window.Top < 0
            || window.Left < 0
            || window.Height <= 0
            || window.Width <= 0
            || window.Top + window.Height > picture.Height
            || window.Left + window.Width > picture.Width
        )
        {
            throw new ArgumentOutOfRangeException(
                nameof(window),
                window,
                $"the window is not inside the picture of {picture.Height} x {picture.Width}"
            );
        }

        if (length != picture.Channels * size * size)
        {
            throw new ArgumentException($"the destination holds {length} values, not [{picture.Channels}, {size}, {size}]");
        }
    }
}
