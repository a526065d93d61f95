using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace SsFer.ServiceDefaults.Http;

/// <summary>
/// The body of a request, whose reads may be broken off. To the server a read that a token ends counts as under way for ever: it
/// cannot read past what is left of the body, logs an error and cuts the connection. Here such a read is woken, and ends.
/// </summary>
/// <param name="reader">The server's.</param>
public sealed class InterruptibleBodyStream(PipeReader reader) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="OperationCanceledException">Of the token; the body is not to be read on then.</exception>
    /// <exception cref="ConnectionResetException">The connection is gone.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await using var wake = cancellationToken.UnsafeRegister(body => ((PipeReader)body!).CancelPendingRead(), reader);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = await ReadOnAsync();
            var part = read.Buffer.Slice(0, Math.Min(buffer.Length, read.Buffer.Length));
            part.CopyTo(buffer.Span);
            var length = (int)part.Length; // now: what is given back has none
            reader.AdvanceTo(part.End);
            cancellationToken.ThrowIfCancellationRequested();
            if (length > 0 || read.IsCompleted || buffer.Length == 0)
            {
                return length;
            }
        }
    }

    /// <summary>
    /// A connection that the server has given up is as gone as one that the client closed; its exception claims to be a cancellation,
    /// which nobody asked for.
    /// </summary>
    private async ValueTask<ReadResult> ReadOnAsync()
    {
        try
        {
            return await reader.ReadAsync(CancellationToken.None);
        }
        catch (ConnectionAbortedException fault)
        {
            throw new ConnectionResetException(fault.Message, fault);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a body is read asynchronously");

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
