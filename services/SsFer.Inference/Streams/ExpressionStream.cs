using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SsFer.Inference.Http;
using SsFer.ServiceDefaults.Access;
using SsFer.ServiceDefaults.Http;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace SsFer.Inference.Streams;

/// <summary>What a stream takes beside what answering does.</summary>
internal sealed record StreamServices(
    [FromServices] TimeProvider Time,
    [FromServices] IOptions<JsonOptions> Json,
    [FromServices] IHostApplicationLifetime Lifetime,
    [FromServices] ILogger<ExpressionStream> Logger
);

/// <summary>
/// Frames in, answers out, one line each, each answered before the next is read: a client that sends faster than it is answered is
/// slowed down by the connection, and what is held does not grow with the length of the stream.
/// </summary>
internal sealed partial class ExpressionStream
{
    public const string MediaType = "application/x-ndjson";

    /// <summary>A client of which so many frames in a row are refused does not listen.</summary>
    private const int MostRefused = 16;

    private readonly HttpContext _http;
    private readonly AnsweringServices _services;
    private readonly StreamServices _own;
    private readonly ExpressionsQuery _query;
    private readonly string _caller;
    private readonly long _began;
    private readonly FaceTracks _tracks = new();
    private (string Digest, double At)? _last;
    private long _number;
    private int _refused;

    private ExpressionStream(HttpContext http, AnsweringServices services, StreamServices own)
    {
        (_http, _services, _own) = (http, services, own);
        _query = ExpressionsQuery.Of(http.Request.Query, services.Options.Value);
        _caller = Caller.Of(http);
        _began = own.Time.GetTimestamp();
    }

    /// <summary>Frames to answers, a line each as they are ready.</summary>
    public static async Task PostAsync(HttpContext http, [AsParameters] AnsweringServices services, [AsParameters] StreamServices own)
    {
        RequireLines(http.Request);
        var stream = new ExpressionStream(http, services, own);
        services.Models.RequireAny(stream._query.Model);
        using var place = await services.Gate.StreamAsync(stream._caller, http.RequestAborted);
        await stream.RequireModelAsync(http.RequestAborted);
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

    private static bool IsOfTransport(Exception fault) =>
        fault is BadHttpRequestException or ConnectionResetException or ConnectionAbortedException;

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

    /// <summary>Loads it, where that is to be done: while nothing is answered yet, what is wrong with it has a status of its own.</summary>
    private async Task RequireModelAsync(CancellationToken cancellationToken)
    {
        using var deadline = _services.Work.Begin(cancellationToken);
        try
        {
            (await _services.Models.LeaseAsync(_query.Model, deadline.Token)).Dispose();
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw deadline.Refusal();
        }
    }

    private async Task AnswerAllAsync(CancellationToken cancellationToken)
    {
        _http.Response.ContentType = MediaType;
        await _http.Response.StartAsync(cancellationToken);
        var lines = new FrameLines(_http.Request.BodyReader, _services.Options.Value.MaxFrameBytes);
        try
        {
            while (await NextAsync(lines, cancellationToken) is { } line)
            {
                using (line)
                {
                    Caller.RequireKeyStillValid(_http);
                    await WriteAsync(await AnswerAsync(line.Text, cancellationToken), cancellationToken);
                }
            }
        }
        catch (RequestRefusedException fault)
        {
            await WriteAsync(ProblemOf(fault.Status, fault), cancellationToken); // of the whole stream, which ends
        }
    }

    private async Task<FrameLines.Line?> NextAsync(FrameLines lines, CancellationToken cancellationToken)
    {
        _number++;
        if (_refused == MostRefused)
        {
            throw RequestRefusedException.Malformed(
                $"{MostRefused} frames in a row were refused: mend what their lines tell, then begin a new stream"
            );
        }

        var limit = _services.Options.Value.UploadTimeout;
        var stopping = _own.Lifetime.ApplicationStopping;
        using var patience = new CancellationTokenSource(limit, _own.Time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token, stopping);
        try
        {
            return await lines.NextAsync(any.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw RequestRefusedException.Busy("the service stops: begin a new stream");
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
            Caller.CountAnother(_http);
            var frame = StreamedFrame.Of(line.Span);
            var answer = await AnswerAsync(frame, line, TimeOf(frame), cancellationToken);
            _refused = 0;
            return answer;
        }
        catch (Exception fault) when (KnownFaults.StatusOf(fault) is { } status)
        {
            _refused++;
            if (KnownFaults.IsOfTheService(fault))
            {
                LogFault(_own.Logger, _number, fault.Message);
            }

            return ProblemOf(status, fault);
        }
    }

    private double TimeOf(StreamedFrame frame)
    {
        var at = frame.At ?? _own.Time.GetElapsedTime(_began).TotalSeconds;
        return !double.IsFinite(at) ? throw RequestRefusedException.Unprocessable("'at' is beyond all numbers: send seconds")
            : at < _last?.At
                ? throw RequestRefusedException.Unprocessable("'at' is earlier than that of the frame before: send frames in their order")
            : at;
    }

    private async Task<FrameAnswer> AnswerAsync(
        StreamedFrame frame,
        ReadOnlyMemory<byte> line,
        double at,
        CancellationToken cancellationToken
    )
    {
        var bytes = frame.Decode(line.Span, out var length);
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
        _services.Telemetry.AnsweredFrame(lease, answers[0]);
        if (_last?.Digest != model.Digest)
        {
            _tracks.ForgetProbabilities();
        }

        _last = (model.Digest, at);
        var followed = answers[0] with { Faces = _tracks.Follow(answers[0].Faces, at) };
        return ExpressionsAnswer.Of(model, lease.Version.Promotion, [followed], clock);
    }

    private FrameAnswer ProblemOf(int status, Exception fault) =>
        new() { Frame = _number, Problem = new FrameProblem(status, KnownFaults.DetailOf(fault)) };

    private async Task WriteAsync(FrameAnswer answer, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(_http.Response.Body, answer, _own.Json.Value.SerializerOptions, cancellationToken);
        await _http.Response.Body.WriteAsync("\n"u8.ToArray(), cancellationToken);
        await _http.Response.Body.FlushAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "frame {Frame} of a stream: {Why}")]
    private static partial void LogFault(ILogger logger, long frame, string why);
}
