using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// Antialiased bicubic resampling of a window to a square, width first, then height, as PIL and PyTorch do. Only the window's own pixels count,
/// as when the picture is cropped before it is resized. A window that already has the right size is copied.
/// </summary>
public static class BicubicResampler
{
    // A crop window has few possible lengths (at most the picture's side), so the weights of every pair met are kept.
    private static readonly ConcurrentDictionary<(int Length, int Size), BicubicAxis> Axes = new();

    /// <summary>Resamples without rounding: what tensors see. Values are clamped to [0, 1] once, at the end.</summary>
    /// <param name="picture">Source, one or three planes.</param>
    /// <param name="window">Window inside the source.</param>
    /// <param name="size">Side S of the result.</param>
    /// <param name="flip">Whether the result is mirrored left to right.</param>
    /// <param name="destination">Receives [channels of the source, S, S] in [0, 1].</param>
    public static void Resample(PlanarImage picture, CropWindow window, int size, bool flip, Span<float> destination)
    {
        Guard(picture, window, size, destination.Length);
        for (var channel = 0; channel < picture.Channels; channel++)
        {
            var plane = destination.Slice(channel * size * size, size * size);
            ResamplePlane(picture.Plane(channel), picture.Width, window, size, flip, quantise: false, plane);
            foreach (ref var value in plane) value = Math.Clamp(value, 0, 255) * (1f / 255);
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
        var scratch = ArrayPool<float>.Shared.Rent(size * size);
        var plane = scratch.AsSpan(0, size * size);
        for (var channel = 0; channel < picture.Channels; channel++)
        {
            ResamplePlane(picture.Plane(channel), picture.Width, window, size, flip, quantise: true, plane);
            var bytes = destination.Slice(channel * plane.Length, plane.Length);
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)plane[i];
        }
        ArrayPool<float>.Shared.Return(scratch);
    }

    private static void Guard(PlanarImage picture, CropWindow window, int size, int length)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (window.Top < 0 || window.Left < 0 || window.Height <= 0 || window.Width <= 0
            || window.Top + window.Height > picture.Height || window.Left + window.Width > picture.Width)
            throw new ArgumentOutOfRangeException(nameof(window), window, $"the window is not inside the picture of {picture.Height} x {picture.Width}");
        if (length != picture.Channels * size * size)
            throw new ArgumentException($"the destination holds {length} values, not [{picture.Channels}, {size}, {size}]");
    }

    // Both passes combine whole rows, which vectorises; so the window is read transposed, its columns as rows, and turned back between the passes.
    private static void ResamplePlane(ReadOnlySpan<byte> plane, int stride, CropWindow window, int size, bool flip, bool quantise, Span<float> destination)
    {
        var (height, width) = (window.Height, window.Width);
        var pool = ArrayPool<float>.Shared;
        float[] columnsBuffer = pool.Rent(width * height), narrowedBuffer = pool.Rent(size * height), rowsBuffer = pool.Rent(height * size);
        var columns = columnsBuffer.AsSpan(0, width * height); // [w, h]
        var narrowed = narrowedBuffer.AsSpan(0, size * height); // [S, h]
        var rows = rowsBuffer.AsSpan(0, height * size); // [h, S]

        for (var y = 0; y < height; y++)
        {
            var row = plane.Slice((window.Top + y) * stride + window.Left, width);
            for (var x = 0; x < row.Length; x++) columns[x * height + y] = row[x];
        }
        CombineRows(columns, height, width, size, quantise, narrowed);
        for (var x = 0; x < size; x++)
        {
            var column = narrowed.Slice(x * height, height);
            var target = flip ? size - 1 - x : x;
            for (var y = 0; y < column.Length; y++) rows[y * size + target] = column[y];
        }
        CombineRows(rows, size, height, size, quantise, destination);

        pool.Return(columnsBuffer);
        pool.Return(narrowedBuffer);
        pool.Return(rowsBuffer);
    }

    /// <summary>[length, stride] to [size, stride] along the first axis.</summary>
    private static void CombineRows(ReadOnlySpan<float> source, int stride, int length, int size, bool quantise, Span<float> destination)
    {
        if (length == size)
        {
            source.CopyTo(destination);
            return;
        }
        var axis = Axes.GetOrAdd((length, size), static key => BicubicAxis.Create(key.Length, key.Size));
        for (var i = 0; i < size; i++)
        {
            var target = destination.Slice(i * stride, stride);
            target.Clear();
            for (var t = 0; t < axis.Taps; t++)
            {
                var weight = axis.Weights[i * axis.Taps + t];
                if (weight != 0) AddScaled(source.Slice((axis.First[i] + t) * stride, stride), weight, target);
            }
            if (quantise) Round(target);
        }
    }

    private static void AddScaled(ReadOnlySpan<float> source, float weight, Span<float> target)
    {
        var factors = new Vector<float>(weight);
        var wideSource = MemoryMarshal.Cast<float, Vector<float>>(source);
        var wideTarget = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < wideTarget.Length; i++) wideTarget[i] += wideSource[i] * factors;
        for (var i = wideTarget.Length * Vector<float>.Count; i < target.Length; i++) target[i] += source[i] * weight;
    }

    private static void Round(Span<float> values)
    {
        foreach (ref var value in values) value = MathF.Floor(Math.Clamp(value, 0, 255) + 0.5f);
    }
}
