using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>
/// Stands between services and the broker and loses every message on its way to them: the broker has sent it, no service gets it,
/// and neither learns of it. All else passes. AMQP 0-9-1, whose frames are a type, a channel, a length, that many bytes, and one to
/// end them.
/// </summary>
internal sealed class LossyRelay : IAsyncDisposable
{
    private const byte Method = 1,
        Header = 2,
        Body = 3;
    private const int HeadBytes = 7,
        EndBytes = 1;

    /// <summary>Class and method of <c>basic.deliver</c>.</summary>
    private const uint Delivery = (60 << 16) | 60;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _broker;
    private readonly ConcurrentQueue<string> _lost = new();
    private readonly ConcurrentQueue<Task> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile bool _isMended;

    /// <param name="broker">Address of the broker, with the virtual host.</param>
    public LossyRelay(Uri broker)
    {
        _broker = broker;
        _listener.Start();
        Uri = new UriBuilder(broker) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>What services take for the broker.</summary>
    public Uri Uri { get; }

    /// <summary>The exchange of each message that was lost: the queue that a command is for, the type of an event.</summary>
    public IReadOnlyList<string> Lost => [.. _lost];

    /// <summary>From now on messages arrive.</summary>
    public void Mend() => _isMended = true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Enqueue(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task RelayAsync(TcpClient service)
    {
        using var broker = new TcpClient();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using (service)
        {
            try
            {
                await broker.ConnectAsync(_broker.Host, _broker.Port, either.Token);
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException)
            {
                return;
            }

            await Task.WhenAll(
                UntilEitherEndsAsync(service.GetStream().CopyToAsync(broker.GetStream(), either.Token)),
                UntilEitherEndsAsync(PassFramesAsync(broker.GetStream(), service.GetStream(), either.Token))
            );
        }

        async Task UntilEitherEndsAsync(Task direction)
        {
            try
            {
                await direction;
            }
            catch (Exception fault) when (fault is IOException or OperationCanceledException)
            {
                // A side that hangs up ends the other.
            }

            await either.CancelAsync();
        }
    }

    private async Task PassFramesAsync(NetworkStream broker, NetworkStream service, CancellationToken cancellationToken)
    {
        var losing = new HashSet<ushort>(); // channels on which a message is under way that gets lost
        var head = new byte[HeadBytes];
        while (await broker.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellationToken) == HeadBytes)
        {
            var channel = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1));
            var frame = new byte[HeadBytes + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(3)) + EndBytes];
            head.CopyTo(frame, 0);
            await broker.ReadExactlyAsync(frame.AsMemory(HeadBytes), cancellationToken);
            if (frame[0] == Method)
            {
                losing.Remove(channel);
                if (!_isMended && BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(HeadBytes)) == Delivery)
                {
                    losing.Add(channel);
                    _lost.Enqueue(ExchangeOf(frame.AsSpan(HeadBytes + sizeof(uint))));
                }
            }

            if (frame[0] is not (Method or Header or Body) || !losing.Contains(channel))
            {
                await service.WriteAsync(frame, cancellationToken);
            }
        }
    }

    /// <summary>
    /// After the consumer's tag, the delivery's number and whether it is a redelivery; both names with their length before them.
    /// </summary>
    private static string ExchangeOf(ReadOnlySpan<byte> delivery)
    {
        var exchange = delivery[(1 + delivery[0] + sizeof(ulong) + 1)..];
        return Encoding.UTF8.GetString(exchange.Slice(1, exchange[0]));
    }
}
