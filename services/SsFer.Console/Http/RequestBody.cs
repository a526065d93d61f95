using System.Text.Json;
using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Http;

/// <summary>Bodies that are small enough to be held in memory.</summary>
internal static class RequestBody
{
    public const string OverLimitCure = "send less at a time, or raise the limit in the service's configuration";

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

    /// <exception cref="RequestRefusedException">There are more bytes, or no room for them now.</exception>
    public static async Task<MemoryStream> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        BoundedBody.Limit(request, maxBytes, OverLimitCure);
        var held = request.HttpContext.RequestServices.GetRequiredService<HeldBodies>().Begin(request);
        return await BoundedBody.TryReadAsync(request.Body, maxBytes, held.Take, cancellationToken)
            ?? throw BoundedBody.OverLimit(maxBytes, OverLimitCure);
    }
}
