using System.Buffers;
using Microsoft.Win32.SafeHandles;
using SsFer.Artifacts.Storage;

namespace SsFer.ServiceDefaults.Http;

/// <summary>
/// Parts of a request while they are needed: in pooled memory up to a size, in a file without a name beyond it. Nothing of it
/// outlives the request, nor the process.
/// </summary>
/// <param name="memoryBytes">Most bytes in memory.</param>
/// <param name="room">What all spools together may hold.</param>
/// <param name="caller">Whose part of the room it takes.</param>
public sealed class BodySpool(int memoryBytes, SpoolRoom room, string caller) : IDisposable
{
    private const int ReadBytes = 64 * 1024;

    private byte[] _memory = [];
    private FileStream? _file;
    private long _length;
    private long _taken;

    /// <summary>Reads a part to its end.</summary>
    /// <returns>Null where it has more bytes, of which the rest is left unread and none is kept.</returns>
    /// <exception cref="RequestRefusedException">There is no room now.</exception>
    public async Task<SpooledPart?> TryAppendAsync(Stream content, int maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var start = _length;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            for (int read; (read = await content.ReadAsync(buffer.AsMemory(0, ReadBytes), cancellationToken)) > 0; )
            {
                if (_length + read - start > maxBytes)
                {
                    _length = start;
                    return null;
                }

                await AppendAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return new SpooledPart(this, start, (int)(_length - start));
        }
        catch (IOException fault) when (DiskFull.Caused(fault))
        {
            throw SpoolRoom.Refusal();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        GiveBackMemory();
        room.GiveBack(caller, _taken);
        _taken = 0;
    }

    internal async ValueTask ReadAsync(long start, Memory<byte> target, CancellationToken cancellationToken)
    {
        if (Handle is not { } file)
        {
            _memory.AsMemory((int)start, target.Length).CopyTo(target);
            return;
        }

        for (var done = 0; done < target.Length; )
        {
            var read = await RandomAccess.ReadAsync(file, target[done..], start + done, cancellationToken);
            done += read > 0 ? read : throw new EndOfStreamException("a spooled request is shorter than what was written");
        }
    }

    private SafeFileHandle? Handle => _file?.SafeFileHandle;

    private async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var end = _length + bytes.Length;
        if (end > _taken)
        {
            room.Take(caller, end - _taken);
            _taken = end;
        }

        if (_file is null && end <= memoryBytes)
        {
            Grow((int)end);
            bytes.CopyTo(_memory.AsMemory((int)_length));
        }
        else
        {
            if (_file is null)
            {
                _file = AnonymousFile.Create();
                await RandomAccess.WriteAsync(Handle!, _memory.AsMemory(0, (int)_length), 0, cancellationToken);
                GiveBackMemory();
            }

            await RandomAccess.WriteAsync(Handle!, bytes, _length, cancellationToken);
        }

        _length = end;
    }

    private void Grow(int needed)
    {
        if (_memory.Length >= needed)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Min(memoryBytes, 2 * _memory.Length)));
        _memory.AsSpan(0, (int)_length).CopyTo(larger);
        GiveBackMemory();
        _memory = larger;
    }

    private void GiveBackMemory()
    {
        if (_memory.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_memory);
        }

        _memory = [];
    }
}

/// <summary>One part of a request, readable until its spool is disposed.</summary>
public sealed class SpooledPart
{
    private readonly BodySpool _spool;
    private readonly long _start;

    internal SpooledPart(BodySpool spool, long start, int length) => (_spool, _start, Length) = (spool, start, length);

    public int Length { get; }

    /// <param name="target">Of <see cref="Length"/> bytes.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public ValueTask ReadAsync(Memory<byte> target, CancellationToken cancellationToken) =>
        _spool.ReadAsync(_start, target, cancellationToken);
}

/// <summary>How many bytes the requests of a process may hold together, on disk and in memory. Thread-safe.</summary>
/// <param name="maxBytes">Of all callers.</param>
/// <param name="maxBytesOfOne">Of any single caller.</param>
public sealed class SpoolRoom(long maxBytes, long maxBytesOfOne)
{
    private const int RetryAfter = 1;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _callers = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Held now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    internal static RequestRefusedException Refusal() =>
        RequestRefusedException.Busy("there is no room for the request at the moment: try again, with less at a time", RetryAfter);

    /// <exception cref="RequestRefusedException">There is no room now.</exception>
    public void Take(string caller, long bytes)
    {
        lock (_lock)
        {
            var held = _callers.GetValueOrDefault(caller) + bytes;
            if (_bytes + bytes > maxBytes || held > maxBytesOfOne)
            {
                throw Refusal();
            }

            (_callers[caller], _bytes) = (held, _bytes + bytes);
        }
    }

    /// <summary>What the caller took and needs no more.</summary>
    public void GiveBack(string caller, long bytes)
    {
        lock (_lock)
        {
            _bytes -= bytes;
            if (_callers.TryGetValue(caller, out var held))
            {
                _callers[caller] = held - bytes;
                if (held == bytes)
                {
                    _callers.Remove(caller);
                }
            }
        }
    }
}
