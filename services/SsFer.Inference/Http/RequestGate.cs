using System.Globalization;
using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>
/// How many bodies arrive, and how many requests and pictures are worked on at a time in this process; no caller can take all of
/// it.
/// </summary>
internal sealed class RequestGate(IOptions<InferenceOptions> options, TimeProvider time)
{
    private readonly FairTurns _bodies = new(
        Shares.Of(options.Value.MaxArrivingRequests, options.Value.MaxCallerShare),
        new Shares(0, 0),
        "too many requests arrive at a time: try again in a moment"
    );

    private readonly FairTurns _requests = new(
        Shares.Of(options.Value.MaxConcurrentRequests, options.Value.MaxCallerShare),
        Shares.Of(options.Value.MaxWaitingRequests, options.Value.MaxCallerShare),
        string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Value.MaxConcurrentRequests} requests are in work and {options.Value.MaxWaitingRequests} wait, in all or too "
                + $"many of yours: try again in a moment"
        )
    );

    private readonly FairTurns _json = new(
        Shares.Of(options.Value.Parallelism, options.Value.MaxCallerShare),
        Shares.Of(options.Value.MaxArrivingRequests, options.Value.MaxCallerShare),
        "too many bodies of JSON wait to be read: try again in a moment, or send multipart/form-data"
    );

    private readonly FairTurns _streams = new(
        Shares.Of(options.Value.MaxStreams, options.Value.MaxCallerShare),
        new Shares(0, 0),
        "too many streams are open: try again in a moment"
    );

    /// <summary>Requests that have their turn now.</summary>
    public long InWork => _requests.InUse;

    /// <summary>Requests that wait for theirs.</summary>
    public long Waiting => _requests.Waiting;

    public PictureTurns Pictures { get; } = new(options.Value.Parallelism, options.Value.MaxDecodingBytes, time);

    /// <summary>A place for a body while it arrives.</summary>
    /// <exception cref="RequestRefusedException">There is none.</exception>
    public Task<IDisposable> ArriveAsync(string caller, CancellationToken cancellationToken) =>
        _bodies.EnterAsync(caller, 1, cancellationToken);

    /// <summary>A turn to take a body of JSON apart, which takes it into memory.</summary>
    /// <exception cref="RequestRefusedException">Too many wait already.</exception>
    public Task<IDisposable> ReadJsonAsync(string caller, CancellationToken cancellationToken) =>
        _json.EnterAsync(caller, 1, cancellationToken);

    /// <summary>A place for a stream while it lasts; its frames take turns as requests do.</summary>
    /// <exception cref="RequestRefusedException">There is none.</exception>
    public Task<IDisposable> StreamAsync(string caller, CancellationToken cancellationToken) =>
        _streams.EnterAsync(caller, 1, cancellationToken);

    /// <summary>Waits for a turn, which ends with the lease.</summary>
    /// <exception cref="RequestRefusedException">Too many wait already.</exception>
    public Task<IDisposable> EnterAsync(string caller, CancellationToken cancellationToken) =>
        _requests.EnterAsync(caller, 1, cancellationToken);
}
