using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SsFer.ServiceDefaults.Http;

/// <summary>Reads no more of a request than a limit allows.</summary>
public static class BoundedBody
{
    private const int BufferBytes = 64 * 1024;

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

    /// <returns>The whole content, from its start; null where there are more bytes, of which the rest is left unread.</returns>
    public static async Task<MemoryStream?> TryReadAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var kept = new MemoryStream();
        var buffer = new byte[BufferBytes];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0; )
        {
            if (kept.Length + read > maxBytes)
            {
                return null;
            }

            kept.Write(buffer, 0, read);
        }

        kept.Position = 0;
        return kept;
    }

    public static RequestRefusedException OverLimit(long maxBytes, string cure) =>
        RequestRefusedException.TooLarge($"the request has more than {maxBytes} bytes: {cure}");
}
