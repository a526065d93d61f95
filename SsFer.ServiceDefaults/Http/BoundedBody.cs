using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace SsFer.ServiceDefaults.Http;

/// <summary>Reads no more of a request than a limit allows.</summary>
public static class BoundedBody
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>A body that began to arrive is not measured before.</summary>
    private static readonly TimeSpan RateGracePeriod = TimeSpan.FromSeconds(5);

    /// <summary>Breaks off a body that trickles (408), as far as the server can.</summary>
    /// <param name="request">The request, unread.</param>
    /// <param name="bytesPerSecond">The least rate; 0 for any.</param>
    public static void RequireRate(HttpRequest request, int bytesPerSecond)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Later versions have a rate of the connection alone: that of the server's limits.
        var isOwn = HttpProtocol.IsHttp11(request.Protocol) || HttpProtocol.IsHttp10(request.Protocol);
        if (isOwn && request.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = bytesPerSecond > 0 ? new MinDataRate(bytesPerSecond, RateGracePeriod) : null;
        }
    }

    /// <summary>Lets the server take as many bytes and no more; a request that announces more is refused before it sends them.</summary>
    /// <param name="request">The request, unread.</param>
    /// <param name="maxBytes">The limit.</param>
    /// <param name="cure">What to do where there are more.</param>
    /// <exception cref="RequestRefusedException">It announces more bytes.</exception>
    public static void Limit(HttpRequest request, long maxBytes, string cure)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.ContentLength > maxBytes)
        {
            throw OverLimit(maxBytes, cure);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes; // holds for bodies that do not say how long they are
        }
    }

    /// <param name="content">The body.</param>
    /// <param name="maxBytes">The limit.</param>
    /// <param name="take">Is told of the bytes before they are kept, and may refuse them.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The whole content, from its start; null where there are more bytes, of which the rest is left unread.</returns>
    public static async Task<MemoryStream?> TryReadAsync(
        Stream content,
        long maxBytes,
        Action<int> take,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(take);
        ArgumentNullException.ThrowIfNull(content);
        var kept = new MemoryStream();
        var buffer = new byte[BufferBytes];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0; )
        {
            if (kept.Length + read > maxBytes)
            {
                return null;
            }

            take(read);
            kept.Write(buffer, 0, read);
        }

        kept.Position = 0;
        return kept;
    }

    public static RequestRefusedException OverLimit(long maxBytes, string cure) =>
        RequestRefusedException.TooLarge($"the request has more than {maxBytes} bytes: {cure}");
}
