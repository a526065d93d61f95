namespace SsFer.Artifacts.Tests.Storage;

/// <summary>
/// A forward-only source of <paramref name="length"/> bytes, each the low byte of its block number, that tells of its progress and may
/// fail on the way.
/// </summary>
public sealed class SourceStream(long length, Action<long>? progress = null) : Stream
{
    private const int Block = 4096;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public static byte ByteAt(long position) => (byte)(position / Block);

    public override int Read(byte[] buffer, int offset, int count)
    {
        progress?.Invoke(_position);
        var available = (int)Math.Min(Math.Min(count, Block - (_position % Block)), length - _position);
        buffer.AsSpan(offset, available).Fill(ByteAt(_position));
        _position += available;
        return available;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
