using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SsFer.Inference.Streams;

namespace SsFer.Inference.Tests.Streams;

/// <summary>Sends a stream piece by piece and reads answers meanwhile; an HttpClient reads none before all is sent.</summary>
internal sealed class StreamClient : IDisposable
{
    public const string Path = "/v1/expressions/stream";

    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    private StreamClient(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
        _reader = new StreamReader(_stream);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<StreamClient> OpenAsync(InferenceHost host, string query = "", string? key = null)
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync("127.0.0.1", host.Client.BaseAddress!.Port, Token);
        var client = new StreamClient(tcp);
        var authorization = key is null ? "" : $"Authorization: Bearer {key}\r\n";
        await client.WriteAsync(
            $"POST {Path}{query} HTTP/1.1\r\nHost: localhost\r\n{authorization}Content-Type: {ExpressionStream.MediaType}\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
        );
        return client;
    }

    public static string Frame(double at) =>
        FormattableString.Invariant($"{{\"at\": {at}, \"data\": \"{Convert.ToBase64String(Requests.Plain())}\"}}");

    /// <summary>What stands in it, as a chunk of its own; no whole line need stand in it.</summary>
    public ValueTask SendAsync(string text) => WriteAsync($"{text.Length:x}\r\n{text}\r\n");

    /// <summary>The answer to a frame.</summary>
    public async Task<FrameAnswer> AskAsync(string line)
    {
        await SendAsync($"{line}\n");
        return await ReadAsync();
    }

    /// <summary>The next line of the answer.</summary>
    public async Task<FrameAnswer> ReadAsync() => await TryReadAsync() ?? throw new EndOfStreamException("the answer has ended");

    /// <summary>Null at its end.</summary>
    public async Task<FrameAnswer?> TryReadAsync()
    {
        while (await _reader.ReadLineAsync(Token) is { } line && line != "0") // the last chunk is empty
        {
            if (line.StartsWith('{'))
            {
                return JsonSerializer.Deserialize<FrameAnswer>(line, JsonSerializerOptions.Web);
            }
        }

        return null;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }

    private ValueTask WriteAsync(string text) => _stream.WriteAsync(Encoding.ASCII.GetBytes(text), Token);
}
