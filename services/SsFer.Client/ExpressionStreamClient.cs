using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace SsFer.Client;

/// <summary>
/// Frames in, answers out, each as soon as it is ready: <c>POST /v1/expressions/stream</c>. Sending and reading go on side by side, which
/// takes HTTP/2: https addresses have it, in plain http the endpoint needs a port of its own for it.
/// </summary>
/// <param name="client">With the endpoint's address and the key; nothing in it may send a request twice.</param>
public sealed class ExpressionStreamClient(HttpClient client)
{
    private const string HowToHaveHttp2 = "call it over https, or at a port for which the service is set to Protocols=Http2";

    /// <summary>The answers, in the order of the frames; what is wrong with one frame is its <see cref="FrameAnswer.Problem"/>.</summary>
    /// <param name="frames">Enumerated once, as fast as the endpoint answers.</param>
    /// <param name="options">Hold for all frames.</param>
    /// <param name="cancellationToken">Ends the stream, as to stop enumerating does.</param>
    /// <exception cref="ApiException">The endpoint refuses the stream.</exception>
    /// <exception cref="HttpRequestException">The endpoint is not reached, breaks off, or does not speak HTTP/2.</exception>
    public async IAsyncEnumerable<FrameAnswer> PostFramesAsync(
        IAsyncEnumerable<Frame> frames,
        StreamOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/expressions/stream?{options?.ToQuery()}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
            Content = new FrameContent(frames),
        };
        using var response = await BeginAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await RefusalAsync(response, cancellationToken);
        }

        await using var lines = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answers = JsonSerializer.DeserializeAsyncEnumerable<FrameAnswer>(
            lines,
            topLevelValues: true,
            cancellationToken: cancellationToken
        );
        await foreach (var answer in answers)
        {
            yield return answer!;
        }
    }

    private async Task<HttpResponseMessage> BeginAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException fault) when (!IsOutOfReach(fault))
        {
            throw new HttpRequestException(
                fault.HttpRequestError,
                $"{client.BaseAddress} began no stream, which takes HTTP/2: {HowToHaveHttp2}",
                fault
            );
        }
    }

    private static bool IsOutOfReach(HttpRequestException fault) =>
        fault.HttpRequestError
            is HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.ProxyTunnelError
                or HttpRequestError.SecureConnectionError;

    private static async Task<ApiException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (status, text) = ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => header.Value);
        return response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? new ApiException<ProblemDetails>(
                $"{response.StatusCode}",
                status,
                text,
                headers,
                JsonSerializer.Deserialize<ProblemDetails>(text)!,
                innerException: null
            )
            : new ApiException($"{response.StatusCode}", status, text, headers, innerException: null);
    }
}
