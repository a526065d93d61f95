using System.Net;
using Azure.Core.Pipeline;

namespace SsFer.Artifacts.Azure.Tests;

/// <summary>The way to a real service, with faults on it.</summary>
internal sealed class FaultyTransport(FaultyTransport.Fault fault) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _left = fault.Times;
    private int _hits;

    public HttpClientTransport Transport => new(new HttpClient(this));

    /// <summary>How often something went wrong.</summary>
    public int Hits => _hits;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!fault.Hits(request) || Interlocked.Decrement(ref _left) < 0)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        Interlocked.Increment(ref _hits);
        switch (fault.Kind)
        {
            case FaultKind.AnswerLost:
                (await base.SendAsync(request, cancellationToken)).Dispose();
                throw new HttpRequestException("the connection was reset");
            case FaultKind.Silence:
                await Task.Delay(Timeout.Infinite, cancellationToken);
                throw new InvalidOperationException();
            case FaultKind.Busy:
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
                {
                    RequestMessage = request,
                    Headers = { { "x-ms-error-code", "ServerBusy" } },
                };
            case FaultKind.TornBody:
                var answer = await base.SendAsync(request, cancellationToken);
                answer.Content = new StreamContent(new TornStream(await answer.Content.ReadAsStreamAsync(cancellationToken)));
                return answer;
            default:
                throw new InvalidOperationException($"unknown fault {fault.Kind}");
        }
    }

    internal enum FaultKind
    {
        /// <summary>The service does as it is told, and nobody hears of it.</summary>
        AnswerLost,

        /// <summary>No answer until the client gives up.</summary>
        Silence,

        /// <summary>503, as under throttling.</summary>
        Busy,

        /// <summary>The connection breaks within the content.</summary>
        TornBody,
    }

    /// <param name="Kind">What goes wrong.</param>
    /// <param name="Times">How often.</param>
    /// <param name="Method">In requests of this method only.</param>
    internal sealed record Fault(FaultKind Kind, int Times, HttpMethod Method)
    {
        public bool Hits(HttpRequestMessage request) => request.Method == Method;
    }

    private sealed class TornStream(Stream inner) : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position++ == 0
                ? await inner.ReadAsync(buffer[..Math.Min(10, buffer.Length)], cancellationToken)
                : throw new IOException("the connection was reset");

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
