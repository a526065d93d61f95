using System.Buffers;

namespace SsFer.Learning.Augmentation;

/// <summary>A copy of square planes with two pixels of repeated edge all round, so that 4 x 4 neighbours need no clamping. Return it after use.</summary>
internal readonly ref struct PaddedPicture
{
    private const int Margin = 2;

    private readonly byte[] _buffer;

    /// <summary>Copies [planes, size, size].</summary>
    public PaddedPicture(ReadOnlySpan<byte> pixels, int size, int planes)
    {
        Stride = size + 2 * Margin;
        _buffer = ArrayPool<byte>.Shared.Rent(planes * Stride * Stride);
        for (var i = 0; i < planes; i++) Pad(pixels.Slice(i * size * size, size * size), size, _buffer.AsSpan(i * Stride * Stride, Stride * Stride));
    }

    /// <summary>Side of a padded plane.</summary>
    public int Stride { get; }

    /// <summary>[Stride, Stride]; pixel (0, 0) of the picture stands at (2, 2).</summary>
    public ReadOnlySpan<byte> Plane(int index) => _buffer.AsSpan(index * Stride * Stride, Stride * Stride);

    public void Return() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Pad(ReadOnlySpan<byte> plane, int size, Span<byte> padded)
    {
        for (var y = 0; y < Stride; y++)
        {
            var row = plane.Slice(Math.Clamp(y - Margin, 0, size - 1) * size, size);
            var target = padded.Slice(y * Stride, Stride);
            target[..Margin].Fill(row[0]);
            row.CopyTo(target[Margin..]);
            target[^Margin..].Fill(row[^1]);
        }
    }
}
