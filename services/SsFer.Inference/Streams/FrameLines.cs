using System.Buffers;
using System.IO.Pipelines;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Streams;

/// <summary>The lines of a body, one after another as they are asked for: no more than one is held.</summary>
/// <param name="reader">Of the body.</param>
/// <param name="maxBytes">Most bytes of a line.</param>
internal sealed class FrameLines(PipeReader reader, int maxBytes)
{
    /// <summary>The next line that is not empty, in pooled memory; null at the end.</summary>
    /// <exception cref="RequestRefusedException">It is longer than allowed; nothing after it can be found.</exception>
    public async Task<Line?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            var end = buffer.PositionOf((byte)'\n');
            var text = end is { } found ? buffer.Slice(0, found) : buffer;
            if (text.Length > maxBytes)
            {
                throw RequestRefusedException.TooLarge($"the frame has more than {maxBytes} bytes: send smaller pictures");
            }

            if (end is null && !read.IsCompleted)
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            var line = text.Length > 0 ? Line.Of(text) : null;
            reader.AdvanceTo(end is { } newline ? buffer.GetPosition(1, newline) : buffer.End);
            if (line is not null || end is null)
            {
                return line;
            }
        }
    }

    /// <summary>A line without its end.</summary>
    internal sealed class Line : IDisposable
    {
        private readonly IMemoryOwner<byte> _owner;

        private Line(IMemoryOwner<byte> owner, int length) => (_owner, Text) = (owner, owner.Memory[..length]);

        public ReadOnlyMemory<byte> Text { get; }

        public static Line Of(ReadOnlySequence<byte> text)
        {
            var owner = MemoryPool<byte>.Shared.Rent((int)text.Length);
            text.CopyTo(owner.Memory.Span);
            return new Line(owner, (int)text.Length);
        }

        public void Dispose() => _owner.Dispose();
    }
}
