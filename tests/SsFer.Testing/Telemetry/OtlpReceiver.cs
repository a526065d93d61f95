using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace SsFer.Testing.Telemetry;

/// <summary>
/// A collector that keeps what services export to it by OTLP (HTTP, protobuf). Field numbers are those of opentelemetry-proto.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const ulong ErrorStatus = 2;
    private const ulong ErrorSeverity = 17;
    private readonly WebApplication _application;

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.Run(ReceiveAsync);
    }

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    /// <summary>Names of metrics.</summary>
    public ConcurrentQueue<(string Service, string Name)> Metrics { get; } = new();

    public ConcurrentQueue<ReceivedLine> Logs { get; } = new();

    /// <summary>Where services export to.</summary>
    public string Endpoint => _application.Urls.Single();

    /// <summary>What makes a service export to this receiver.</summary>
    public IEnumerable<(string Key, string Value)> Settings =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", Endpoint), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var receiver = new OtlpReceiver();
        await receiver._application.StartAsync(cancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        var export = new Message(await ByteString.FromStreamAsync(context.Request.Body, context.RequestAborted));
        foreach (var resource in export.At(1))
        {
            var service = resource.At(1, 1).Single(attribute => attribute.Text(1) == "service.name").Text(2, 1);
            foreach (var item in resource.At(2, 2))
            {
                switch (context.Request.Path.Value)
                {
                    case "/v1/traces":
                        Spans.Enqueue(
                            new ReceivedSpan(service, item.Text(5), TraceId: item.Hex(1), SpanId: item.Hex(2), ParentId: item.Hex(4))
                            {
                                IsError = item.At(15).Any(status => status.Number(3) == ErrorStatus),
                                Attributes = AttributesOf(item.At(9)),
                            }
                        );
                        break;
                    case "/v1/metrics":
                        Metrics.Enqueue((service, item.Text(1)));
                        break;
                    case "/v1/logs":
                        Logs.Enqueue(
                            new ReceivedLine(service, item.Text(5, 1), IsError: item.Number(2) >= ErrorSeverity, TraceId: item.Hex(9))
                            {
                                Attributes = AttributesOf(item.At(6)),
                            }
                        );
                        break;
                }
            }
        }
    }

    /// <summary>Those with a text for a value.</summary>
    private static Dictionary<string, string> AttributesOf(IEnumerable<Message> attributes) =>
        attributes
            .Where(attribute => attribute.At(2, 1).Any())
            .GroupBy(attribute => attribute.Text(1))
            .ToDictionary(named => named.Key, named => named.Last().Text(2, 1));

    /// <summary>A message of which the reader knows the schema.</summary>
    private sealed record Message(ByteString Content)
    {
        /// <summary>All fields reached by these numbers, each a level below the one before.</summary>
        public IEnumerable<Message> At(params int[] path) =>
            path.Aggregate((IEnumerable<Message>)[this], (messages, field) => messages.SelectMany(message => message.Fields(field)));

        public string Text(params int[] path) => At(path).Single().Content.ToStringUtf8();

        /// <summary>Empty where the field is absent.</summary>
        public string Hex(int field) => string.Concat(At(field).Select(bytes => Convert.ToHexStringLower(bytes.Content.Span)));

        /// <summary>Of a field that is a number; 0 where it is absent.</summary>
        public ulong Number(int field)
        {
            using var input = Content.CreateCodedInput();
            while (input.ReadTag() is not 0 and var tag)
            {
                if (tag == WireFormat.MakeTag(field, WireFormat.WireType.Varint))
                {
                    return input.ReadUInt64();
                }

                input.SkipLastField();
            }

            return 0;
        }

        private List<Message> Fields(int number)
        {
            var fields = new List<Message>();
            using var input = Content.CreateCodedInput();
            while (input.ReadTag() is not 0 and var tag)
            {
                if (tag == WireFormat.MakeTag(number, WireFormat.WireType.LengthDelimited))
                {
                    fields.Add(new Message(input.ReadBytes()));
                }
                else
                {
                    input.SkipLastField();
                }
            }

            return fields;
        }
    }
}

/// <summary>A span; ids in hexadecimal digits, the parent's empty where there is none.</summary>
internal sealed record ReceivedSpan(string Service, string Name, string TraceId, string SpanId, string ParentId)
{
    public bool IsError { get; init; }

    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}

/// <summary>A line of a log; the trace's id empty where it is of none.</summary>
internal sealed record ReceivedLine(string Service, string Line, bool IsError, string TraceId)
{
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}
