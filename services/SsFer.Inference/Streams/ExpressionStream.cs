using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SsFer.Inference.Http;
using SsFer.ServiceDefaults.Access;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Streams;

/// <summary>
/// Frames in, answers out, one line each, each answered before the next is read: a client that sends faster than it is answered is
/// slowed down by the connection, and what is held does not grow with the length of the stream.
/// </summary>
internal sealed class ExpressionStream
{
    public const string MediaType = "application/x-ndjson";

    private readonly HttpContext _http;
    private readonly AnsweringServices _services;
    private readonly TimeProvider _time;
    private readonly JsonSerializerOptions _json;
    private readonly ExpressionsQuery _query;
    private readonly string _caller;
    private readonly long _began;
    private FaceTracks _tracks = new();
    private (string? Digest, double At) _last;
    private long _number;

    private ExpressionStream(HttpContext http, AnsweringServices services, TimeProvider time, JsonSerializerOptions json)
    {
        (_http, _services, _time, _json) = (http, services, time, json);
        _query = ExpressionsQuery.Of(http.Request.Query, services.Options.Value);
        _caller = Caller.Of(http);
        _began = time.GetTimestamp();
    }

    /// <summary><c>POST /v1/expressions/stream</c>.</summary>
    public static async Task PostAsync(
        HttpContext http,
        [AsParameters] AnsweringServices services,
        TimeProvider time,
        IOptions<JsonOptions> json
    )
    {
        RequireLines(http.Request);
        var stream = new ExpressionStream(http, services, time, json.Value.SerializerOptions);
        services.Models.RequireAny(stream._query.Model);
        using var place = await services.Gate.StreamAsync(stream._caller, http.RequestAborted);
        LiftLimits(http);
        try
        {
            await stream.AnswerAllAsync(http.RequestAborted);
        }
        catch (Exception fault) when (http.RequestAborted.IsCancellationRequested || IsOfTransport(fault))
        {
            http.Abort(); // it has gone: there is nobody to tell
        }
    }

    private static bool IsOfTransport(Exception fault) => fault is BadHttpRequestException or ConnectionResetException;

    private static void RequireLines(HttpRequest request)
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)
        )
        {
            throw RequestRefusedException.OfUnknownType($"a stream is sent as {MediaType}: {StreamedFrame.Form}, one a line");
        }
    }

    /// <summary>A stream has no length, and pauses as it likes; each frame has its own limit and its own time.</summary>
    private static void LiftLimits(HttpContext http)
    {
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    private async Task AnswerAllAsync(CancellationToken cancellationToken)
    {
        _http.Response.ContentType = MediaType;
        await _http.Response.StartAsync(cancellationToken);
        var lines = new FrameLines(PipeReader.Create(_http.Request.Body), _services.Options.Value.MaxFrameBytes);
        try
        {
            while (await NextAsync(lines, cancellationToken) is { } line)
            {
                using (line)
                {
                    await WriteAsync(await AnswerAsync(line.Text, cancellationToken), cancellationToken);
                }
            }
        }
        catch (RequestRefusedException fault)
        {
            await WriteAsync(ProblemOf(fault), cancellationToken); // of the whole stream, which ends
        }
    }

    private async Task<FrameLines.Line?> NextAsync(FrameLines lines, CancellationToken cancellationToken)
    {
        _number++;
        var limit = _services.Options.Value.UploadTimeout;
        using var patience = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await lines.NextAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw RequestRefusedException.TooSlow(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"no frame arrived within {limit.TotalSeconds} s: begin a new stream when there are frames again"
                )
            );
        }
    }

    /// <summary>What is wrong with a frame concerns no other.</summary>
    private async Task<FrameAnswer> AnswerAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        try
        {
            var frame = StreamedFrame.Of(line.Span);
            var at = frame.At ?? _time.GetElapsedTime(_began).TotalSeconds;
            if (!double.IsFinite(at) || at < _last.At)
            {
                throw RequestRefusedException.Unprocessable("'at' is earlier than that of the frame before: send frames in their order");
            }

            return await AnswerAsync(frame.Picture, line, at, cancellationToken);
        }
        catch (RequestRefusedException fault)
        {
            return ProblemOf(fault);
        }
    }

    private async Task<FrameAnswer> AnswerAsync(
        JsonPicture picture,
        ReadOnlyMemory<byte> line,
        double at,
        CancellationToken cancellationToken
    )
    {
        var bytes = picture.Decode(line.Span, out var length)
            ?? throw RequestRefusedException.Unprocessable($"the data is not base64: send {StreamedFrame.Form}");
        using var deadline = _services.Work.Begin(cancellationToken);
        try
        {
            var upload = new UploadedPicture(string.Create(CultureInfo.InvariantCulture, $"frame {_number}"), bytes.AsMemory(0, length));
            return new FrameAnswer
            {
                Frame = _number,
                At = at,
                Answer = await AnswerAsync(upload, at, deadline.Token),
            };
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw deadline.Refusal();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private async Task<ExpressionsAnswer> AnswerAsync(UploadedPicture upload, double at, CancellationToken cancellationToken)
    {
        using var turn = await _services.Gate.EnterAsync(_caller, cancellationToken);
        using var lease = await _services.Models.LeaseAsync(_query.Model, cancellationToken);
        RequestLog.Note(_http, lease.Pipeline.Model.Description.Id);
        var (model, clock) = (lease.Pipeline.Model, _services.Work.NewClock());
        var turns = _services.Gate.Pictures.Of(_caller);
        var answers = await lease.Pipeline.AnswerAsync([upload], _query.Asked, turns, clock, cancellationToken);
        if (_last.Digest != model.Digest)
        {
            _tracks = new FaceTracks(); // another model's probabilities are no continuation
        }

        _last = (model.Digest, at);
        var followed = answers[0] with { Faces = _tracks.Follow(answers[0].Faces, at) };
        return ExpressionsAnswer.Of(model, lease.Version.Promotion, [followed], clock);
    }

    private FrameAnswer ProblemOf(RequestRefusedException fault) =>
        new() { Frame = _number, Problem = new FrameProblem(fault.Status, fault.Message) };

    private async Task WriteAsync(FrameAnswer answer, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(_http.Response.Body, answer, _json, cancellationToken);
        await _http.Response.Body.WriteAsync("\n"u8.ToArray(), cancellationToken);
        await _http.Response.Body.FlushAsync(cancellationToken);
    }
}
