using System.Buffers;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// A copy of square planes, ready for cubic sampling: two pixels of repeated edge all round, so that 4 x 4 neighbours need no clamping,
/// and in the type of the computation, so that a pixel read sixteen times is converted once.
/// </summary>
internal readonly ref struct PaddedPicture
{
    private const int Margin = 2;

    private readonly double[] _buffer;

    /// <summary>Copies [planes, size, size].</summary>
    public PaddedPicture(ReadOnlySpan<byte> pixels, int size, int planes)
    {
        Stride = size + 2 * Margin;
        _buffer = ArrayPool<double>.Shared.Rent(planes * Stride * Stride);
        for (var i = 0; i < planes; i++)
        {
            Pad(pixels.Slice(i * size * size, size * size), size, _buffer.AsSpan(i * Stride * Stride, Stride * Stride));
        }
    }

    /// <summary>Side of a padded plane.</summary>
    public int Stride { get; }

    /// <summary>[Stride, Stride]; pixel (0, 0) of the picture stands at (2, 2).</summary>
    public ReadOnlySpan<double> Plane(int index) => _buffer.AsSpan(index * Stride * Stride, Stride * Stride);

    public void Dispose() => ArrayPool<double>.Shared.Return(_buffer);

    private static void Pad(ReadOnlySpan<byte> plane, int size, Span<double> padded)
    {
        var stride = size + 2 * Margin;
        for (var y = 0; y < size; y++)
        {
            var row = plane.Slice(y * size, size);
            var target = padded.Slice((y + Margin) * stride, stride);
            target[..Margin].Fill(row[0]);
            target[^Margin..].Fill(row[^1]);
            var middle = target.Slice(Margin, row.Length);
            for (var x = 0; x < row.Length; x++)
            {
                middle[x] = row[x];
            }
        }
        for (var y = 0; y < Margin; y++)
        {
            padded.Slice(Margin * stride, stride).CopyTo(padded[(y * stride)..]);
            padded.Slice((Margin + size - 1) * stride, stride).CopyTo(padded[((Margin + size + y) * stride)..]);
        }
    }
}
