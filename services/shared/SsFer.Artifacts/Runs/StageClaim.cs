using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Runs;

/// <summary>
/// The right to work on a stage, kept alive by a heartbeat until it is completed, failed, cancelled, released or lost.
/// Every write goes through the record's tag, so after the claim is lost nothing written through it can become visible.
/// </summary>
/// <remarks>Disposing only stops the heart, as a crash would; an orderly end is one of the <c>...Async</c> methods.</remarks>
public sealed class StageClaim : IAsyncDisposable
{
    private const string EndedReason = "this attempt has ended";

    private readonly StageRecords _records;
    private readonly StageProtocolOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _cancelRequested = new();
    private readonly CancellationTokenSource _stopBeating = new();
    private readonly ITimer _lifetime;
    private readonly Task _beating;
    private StoredJson<StageRecord> _current;
    private Exception? _lastFault;
    private Task? _tellingLost;
    private Task? _tellingCancel;
    private string? _lostReason;
    private bool _ended;
    private bool _disposed;

    internal StageClaim(
        RecordKeeping keeping,
        RunStatus status,
        PlannedStage stage,
        IReadOnlyDictionary<string, StageArtifact> inputs,
        StoredJson<StageRecord> current,
        long asked
    )
    {
        (_records, _options, _time) = (keeping.Records, keeping.Options, keeping.Time);
        _current = current;
        Spec = status.Spec;
        Plan = status.Plan;
        Stage = stage;
        Inputs = inputs;
        Paths = new StagePaths(status.Spec.Id, stage.Name, current.Value.Fence);
        _lifetime = _time.CreateTimer(_ => Expire(), null, Remaining(asked), Timeout.InfiniteTimeSpan);
        _beating = BeatAsync(_stopBeating.Token);
    }

    public RunSpec Spec { get; }

    public RunPlan Plan { get; }

    public PlannedStage Stage { get; }

    /// <summary>Artifacts of the stages this one reads, by stage name.</summary>
    public IReadOnlyDictionary<string, StageArtifact> Inputs { get; }

    /// <summary>Where this attempt writes.</summary>
    public StagePaths Paths { get; }

    /// <summary>The record as this claim last wrote it.</summary>
    public StageRecord Record => Volatile.Read(ref _current).Value;

    /// <summary>
    /// Fires when the claim is another's, or may be so soon because the store could not be written. Stop; write nothing more.
    /// </summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why <see cref="Lost"/> fired; null while it has not.</summary>
    public string? LostReason => Volatile.Read(ref _lostReason);

    /// <summary>Fires when somebody asked to cancel the stage; answer with <see cref="CancelAsync"/>.</summary>
    public CancellationToken CancelRequested => _cancelRequested.Token;

    /// <summary>Makes a checkpoint, and the metrics it brings, the stage's present state.</summary>
    /// <returns>False when the claim is lost; the record is then as the new owner wants it.</returns>
    public Task<bool> SaveCheckpointAsync(CheckpointPointer checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return WriteAsync(
            record =>
                record with
                {
                    Checkpoint = checkpoint,
                    Metrics =
                        checkpoint.Metrics is { } segment && !record.Metrics.Contains(segment)
                            ? [.. record.Metrics, segment]
                            : record.Metrics,
                    // A worker that gets further before each crash gets there in the end.
                    Attempt = checkpoint.Step > (record.Checkpoint?.Step ?? 0) ? 1 : record.Attempt,
                },
            ends: false,
            cancellationToken
        );
    }

    /// <summary>Ends the stage with its product.</summary>
    /// <returns>False when the claim is lost: the product is not the stage's.</returns>
    public Task<bool> CompleteAsync(StageArtifact artifact, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return WriteAsync(
            record => record with { State = StageState.Completed, Artifact = artifact, Error = null, CancelRequested = false },
            ends: true,
            cancellationToken
        );
    }

    /// <summary>
    /// Ends this attempt badly. The stage fails if the fault is permanent or the attempts are used up; else it waits out its back-off.
    /// </summary>
    /// <returns>False when the claim is lost.</returns>
    public Task<bool> FailAsync(string error, bool permanent, CancellationToken cancellationToken) =>
        WriteAsync(
            record =>
            {
                var failed = permanent || record.Attempt >= _options.MaxAttempts;
                return record with
                {
                    State =
                        failed ? StageState.Failed
                        : record.CancelRequested ? StageState.Cancelled
                        : StageState.Pending,
                    Error = error,
                    NotBefore = failed ? null : _time.GetUtcNow() + _options.BackOff(record.Attempt),
                    CancelRequested = false,
                };
            },
            ends: true,
            cancellationToken
        );

    /// <summary>Hands the stage back, as at SIGTERM, without counting the attempt.</summary>
    /// <returns>False when the claim is lost.</returns>
    public Task<bool> ReleaseAsync(CancellationToken cancellationToken) =>
        WriteAsync(
            record =>
                record with
                {
                    State = record.CancelRequested ? StageState.Cancelled : StageState.Pending,
                    Attempt = record.Attempt - 1,
                    CancelRequested = false,
                },
            ends: true,
            cancellationToken
        );

    /// <summary>Ends the stage as cancelled: the answer to <see cref="CancelRequested"/>.</summary>
    /// <returns>False when the claim is lost.</returns>
    public Task<bool> CancelAsync(CancellationToken cancellationToken) =>
        WriteAsync(record => record with { State = StageState.Cancelled, CancelRequested = false }, ends: true, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopBeating.CancelAsync();
        await _beating;
        await _lifetime.DisposeAsync();
        await Task.WhenAll(_tellingLost ?? Task.CompletedTask, _tellingCancel ?? Task.CompletedTask);
        _stopBeating.Dispose();
        _lost.Dispose();
        _cancelRequested.Dispose();
        _writing.Dispose();
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_options.HeartbeatInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    if (_ended || !await WriteAsync(record => record, ends: false, stop))
                    {
                        return;
                    }
                }
                catch (Exception e) when (!stop.IsCancellationRequested)
                {
                    // Passing until the claim's lifetime is over, which has its own timer; the next beat tries again.
                    Volatile.Write(ref _lastFault, e);
                }
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Disposed; what the last beat met no longer matters.
        }
    }

    private async Task<bool> WriteAsync(Func<StageRecord, StageRecord> change, bool ends, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lost.Token);
        string? lostReason;
        try
        {
            await _writing.WaitAsync(linked.Token);
            try
            {
                lostReason = _ended ? EndedReason : await TryReplaceAsync(change, linked.Token);
                _ended |= ends && lostReason is null;
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (OperationCanceledException) when (_lost.IsCancellationRequested)
        {
            return false;
        }

        // The tokens fire outside the mutex, and nothing here waits for those who listen: they may want to write, and take their time.
        if (_ended)
        {
            _lifetime.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        else if (lostReason is not null)
        {
            MarkLost(lostReason);
        }
        else if (Record.CancelRequested && Interlocked.CompareExchange(ref _tellingCancel, Task.CompletedTask, null) is null)
        {
            _tellingCancel = _cancelRequested.CancelAsync();
        }

        return lostReason is null;
    }

    /// <summary>Returns null when written, else why the claim is lost.</summary>
    private async Task<string?> TryReplaceAsync(Func<StageRecord, StageRecord> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var asked = _time.GetTimestamp();
            var current = _current;
            var next = change(current.Value) with
            {
                Heartbeat = new Heartbeat((current.Value.Heartbeat?.Beat ?? 0) + 1, _time.GetUtcNow()),
            };
            if (await _records.TryReplaceAsync(Paths.Run, Paths.Stage, next, current.ETag, cancellationToken) is { } written)
            {
                Volatile.Write(ref _current, written);
                _lifetime.Change(Remaining(asked), Timeout.InfiniteTimeSpan);
                return null;
            }

            // Under the same fence the record is still ours. Two things can have changed it: somebody asked to cancel,
            // or a write of ours arrived although its answer did not.
            var seen = await _records.TryReadAsync(Paths.Run, Paths.Stage, cancellationToken);
            if (seen?.Value.Fence != Paths.Fence)
            {
                return seen is null ? "the run was deleted" : $"the stage was taken over by {seen.Value.Owner}";
            }

            Volatile.Write(ref _current, seen);
            if (seen.Value.State != StageState.Running)
            {
                return seen.Value.State == next.State ? null : $"the stage is {seen.Value.State} already";
            }
        }
    }

    private TimeSpan Remaining(long since)
    {
        var remaining = _options.ClaimLifetime - _time.GetElapsedTime(since);
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }

    private void Expire() =>
        MarkLost(
            $"the store could not be written for {_options.ClaimLifetime.TotalSeconds:0} s: "
                + $"{Volatile.Read(ref _lastFault)?.Message ?? "it does not answer"}"
        );

    private void MarkLost(string reason)
    {
        if (Interlocked.CompareExchange(ref _lostReason, reason, null) is null)
        {
            _tellingLost = _lost.CancelAsync();
        }
    }
}
