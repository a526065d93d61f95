using System.Buffers;
using System.IO.Pipelines;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Streams;

/// <summary>
/// The lines of a body, one after another as they are asked for: no more than one is held. What arrives is searched and taken out of
/// the body at once, so that a line costs its bytes in however many pieces it comes.
/// </summary>
/// <param name="reader">Of the body.</param>
/// <param name="maxBytes">Most bytes of a line.</param>
internal sealed class FrameLines(PipeReader reader, int maxBytes)
{
    /// <summary>The next line that is not blank, in pooled memory; null at the end.</summary>
    /// <exception cref="RequestRefusedException">It is longer than allowed; nothing after it can be found.</exception>
    /// <exception cref="OperationCanceledException">Also where the next line is there already.</exception>
    public async Task<Line?> NextAsync(CancellationToken cancellationToken)
    {
        // Not the token itself: a read that it breaks off counts as under way, and what is left of the body could not be read past.
        await using var wake = cancellationToken.UnsafeRegister(state => ((PipeReader)state!).CancelPendingRead(), reader);
        var line = new Line();
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = await reader.ReadAsync(CancellationToken.None);
                var hasEnd = Take(read.Buffer, line);
                cancellationToken.ThrowIfCancellationRequested();
                var isLast = read.IsCompleted && !hasEnd;
                if ((hasEnd || isLast) && !line.IsBlank)
                {
                    return line;
                }

                if (isLast)
                {
                    line.Dispose();
                    return null;
                }

                if (hasEnd)
                {
                    line.Clear();
                }
            }
        }
        catch
        {
            line.Dispose();
            throw;
        }
    }

    /// <summary>Moves what arrived of a line into it.</summary>
    /// <returns>Whether that is all of it.</returns>
    private bool Take(ReadOnlySequence<byte> arrived, Line line)
    {
        var end = arrived.PositionOf((byte)'\n');
        var part = end is { } found ? arrived.Slice(0, found) : arrived;
        var fits = line.Text.Length + part.Length <= maxBytes;
        if (fits)
        {
            line.Append(part);
        }

        reader.AdvanceTo(end is { } newline ? arrived.GetPosition(1, newline) : arrived.End);
        return fits
            ? end is not null
            : throw RequestRefusedException.TooLarge($"the frame has more than {maxBytes} bytes: send smaller pictures");
    }

    /// <summary>A line without its end.</summary>
    internal sealed class Line : IDisposable
    {
        private byte[] _bytes = [];
        private int _length;

        public ReadOnlyMemory<byte> Text => _bytes.AsMemory(0, _length);

        /// <summary>Of spaces, or what is left of an end of Windows.</summary>
        public bool IsBlank => Text.Span.IndexOfAnyExcept(" \t\r"u8) < 0;

        public void Append(ReadOnlySequence<byte> part)
        {
            var length = _length + (int)part.Length;
            if (length > _bytes.Length)
            {
                Grow(Math.Max(length, 2 * _length));
            }

            part.CopyTo(_bytes.AsSpan(_length));
            _length = length;
        }

        public void Clear() => _length = 0;

        public void Dispose()
        {
            if (_bytes.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            (_bytes, _length) = ([], 0);
        }

        private void Grow(int size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(size);
            Text.CopyTo(larger);
            var length = _length;
            Dispose();
            (_bytes, _length) = (larger, length);
        }
    }
}
