using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using SsFer.Artifacts.Storage;

namespace SsFer.Console.Http;

/// <summary>Bodies that are small enough to be held in memory.</summary>
internal static class RequestBody
{
    /// <summary>Reads a JSON object; a key that is not known is an error, since it is a setting that would be ignored.</summary>
    /// <exception cref="RequestRefusedException">The body is too large or not such an object; the message names line and key.</exception>
    public static async Task<T> ReadJsonAsync<T>(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
        where T : notnull
    {
        if (!request.HasJsonContentType())
        {
            throw RequestRefusedException.OfUnknownType("send the request as application/json");
        }

        using var body = await ReadAsync(request, maxBytes, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<T>(body, ArtifactJson.Configuration) ?? throw new JsonException("it is null");
        }
        catch (JsonException fault)
        {
            throw RequestRefusedException.Malformed(
                $"the body is not the JSON object that is expected: {JsonFault.Of<T>(body, fault).Text}"
            );
        }
    }

    /// <summary>As <see cref="ReadJsonAsync"/>; an empty body is a <typeparamref name="T"/> with every default.</summary>
    public static async Task<T> ReadOptionalJsonAsync<T>(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
        where T : notnull, new() =>
        request.ContentLength is null or 0 && request.ContentType is null
            ? new T()
            : await ReadJsonAsync<T>(request, maxBytes, cancellationToken);

    /// <exception cref="RequestRefusedException">There are more bytes.</exception>
    public static async Task<MemoryStream> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        Limit(request, maxBytes);
        var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0; )
        {
            if (kept.Length + read > maxBytes)
            {
                throw OverLimit(maxBytes);
            }

            kept.Write(buffer, 0, read);
        }

        kept.Position = 0;
        return kept;
    }

    /// <summary>Lets the server take as many bytes and no more; one who announces more is told before sending them.</summary>
    public static void Limit(HttpRequest request, long maxBytes)
    {
        if (request.ContentLength > maxBytes)
        {
            throw OverLimit(maxBytes);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes; // holds for bodies that do not say how long they are
        }
    }

    public static RequestRefusedException OverLimit(long maxBytes) =>
        RequestRefusedException.TooLarge(
            $"the request has more than {maxBytes} bytes: send less at a time, or raise the limit in the service's configuration"
        );
}
