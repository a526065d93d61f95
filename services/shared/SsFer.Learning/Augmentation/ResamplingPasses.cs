using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// The two passes of a resampling, width then height, and their rented buffers. Both combine whole rows, which vectorises; so the window is
/// read transposed, its columns as rows, and turned back between the passes. Rows are whole vectors: what pads their ends is computed
/// along and never read.
/// </summary>
internal readonly ref struct ResamplingPasses
{
    private readonly CropWindow _window;
    private readonly int _size;
    private readonly int _heightVectors;
    private readonly int _sizeVectors;
    private readonly Vector<float>[] _turned; // the window [w, h], then the narrowed picture [h, S]
    private readonly Vector<float>[] _combined; // the narrowed picture [S, h], then the result [S, S]

    public ResamplingPasses(CropWindow window, int size)
    {
        (_window, _size) = (window, size);
        (_heightVectors, _sizeVectors) = (VectorsFor(window.Height), VectorsFor(size));
        var pool = ArrayPool<Vector<float>>.Shared;
        _turned = pool.Rent(Math.Max(window.Width * _heightVectors, window.Height * _sizeVectors));
        _combined = pool.Rent(size * Math.Max(_heightVectors, _sizeVectors));
    }

    /// <summary>
    /// Row <paramref name="y"/> of the last result, its S values unclamped (or rounded to bytes), padded to whole vectors.
    /// </summary>
    public Span<Vector<float>> Row(int y) => _combined.AsSpan(y * _sizeVectors, _sizeVectors);

    /// <summary>Resamples one channel; <paramref name="quantise"/> rounds to bytes after each pass.</summary>
    public void Run(PlanarImage picture, int channel, bool flip, bool quantise)
    {
        TurnWindow(picture.Plane(channel), picture.Width);
        CombineRows(_turned, _heightVectors, _window.Width, quantise, _combined);
        TurnBack(flip);
        CombineRows(_turned, _sizeVectors, _window.Height, quantise, _combined);
    }

    public void Dispose()
    {
        ArrayPool<Vector<float>>.Shared.Return(_turned);
        ArrayPool<Vector<float>>.Shared.Return(_combined);
    }

    private static int VectorsFor(int length) => (length + Vector<float>.Count - 1) / Vector<float>.Count;

    private void TurnWindow(ReadOnlySpan<byte> plane, int width)
    {
        var columns = MemoryMarshal.Cast<Vector<float>, float>(_turned.AsSpan());
        var stride = _heightVectors * Vector<float>.Count;
        for (var x = 0; x < _window.Width; x++)
        {
            var column = columns.Slice(x * stride, _window.Height);
            var source = plane[(_window.Top * width + _window.Left + x)..];
            for (int y = 0, i = 0; y < column.Length; y++, i += width)
            {
                column[y] = source[i];
            }
        }
    }

    private void TurnBack(bool flip)
    {
        ReadOnlySpan<float> columns = MemoryMarshal.Cast<Vector<float>, float>(_combined.AsSpan());
        var rows = MemoryMarshal.Cast<Vector<float>, float>(_turned.AsSpan());
        int columnStride = _heightVectors * Vector<float>.Count,
            rowStride = _sizeVectors * Vector<float>.Count;
        var (first, step) = flip ? ((_size - 1) * columnStride, -columnStride) : (0, columnStride);
        for (var y = 0; y < _window.Height; y++)
        {
            var row = rows.Slice(y * rowStride, _size);
            for (int x = 0, i = first + y; x < row.Length; x++, i += step)
            {
                row[x] = columns[i];
            }
        }
    }

    /// <summary>[length, vectors] to [S, vectors] along the first axis.</summary>
    private void CombineRows(ReadOnlySpan<Vector<float>> source, int vectors, int length, bool quantise, Span<Vector<float>> destination)
    {
        if (length == _size)
        {
            source[..(length * vectors)].CopyTo(destination);
            return;
        }
        var axis = BicubicAxis.Of(length, _size);
        for (var i = 0; i < _size; i++)
        {
            var weights = axis.Weights.AsSpan(i * axis.Taps, axis.Taps);
            var target = destination.Slice(i * vectors, vectors);
            WeighRows(source.Slice(axis.First[i] * vectors, axis.Taps * vectors), weights, target);
            if (quantise)
            {
                Round(target);
            }
        }
    }

    // Sums stay in a register over the taps. A weight of zero may be added, it changes no bit of a finite sum.
    private static void WeighRows(ReadOnlySpan<Vector<float>> rows, ReadOnlySpan<float> weights, Span<Vector<float>> target)
    {
        for (var column = 0; column < target.Length; column++)
        {
            var sum = Vector<float>.Zero;
            for (int t = 0, i = column; t < weights.Length; t++, i += target.Length)
            {
                sum += rows[i] * weights[t];
            }

            target[column] = sum;
        }
    }

    private static void Round(Span<Vector<float>> row)
    {
        var half = new Vector<float>(0.5f);
        foreach (ref var values in row)
        {
            values = Vector.Floor(Vector.ClampNative(values, Vector<float>.Zero, new Vector<float>(255)) + half);
        }
    }
}
