using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Artifacts.Runs;

/// <summary>
/// Gives stages to workers, each to one at a time. One instance per worker: it remembers which heartbeats it saw when, on its own clock.
/// </summary>
public sealed class StageLedger
{
    private readonly StageRecords _records;
    private readonly StageProtocolOptions _options;
    private readonly TimeProvider _time;
    private readonly StageOwner _owner;
    private readonly RunStore _runs;
    private readonly ConcurrentDictionary<(string Run, string Stage), ObservedHeartbeat> _sightings = new();

    /// <param name="store">Holds the records.</param>
    /// <param name="options">Times and limits.</param>
    /// <param name="time">The worker's own clock.</param>
    /// <param name="owner">Who claims; null = this process, a new instance.</param>
    public StageLedger(IArtifactStore store, StageProtocolOptions options, TimeProvider time, StageOwner? owner = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        _records = new StageRecords(store);
        _runs = new RunStore(store);
        _options = options;
        _time = time;
        _owner = owner ?? StageOwner.Current();
    }

    /// <summary>The first stage of this kind, over all open runs, that can be claimed; null when there is none now.</summary>
    public async Task<StageClaim?> TryClaimNextAsync(StageKind kind, CancellationToken cancellationToken)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var run in _runs.ListOpenAsync(cancellationToken))
        {
            open.Add(run);
            if (await _runs.TryLoadSoundAsync(run, cancellationToken) is not { } status)
            {
                continue;
            }

            if (status.IsSettled)
            {
                // Whoever ended its last stage did not live to close it.
                await _runs.CloseIfSettledAsync(run, cancellationToken);
                continue;
            }

            foreach (var stage in status.Plan.Stages.Where(stage => stage.Kind == kind))
            {
                if (await TryClaimAsync(status, stage, cancellationToken) is { } claim)
                {
                    return claim;
                }
            }
        }

        foreach (var gone in _sightings.Keys.Where(key => !open.Contains(key.Run)))
        {
            _sightings.TryRemove(gone, out _); // closed by others: nobody looks at its stages again
        }

        return null;
    }

    /// <summary>
    /// Claims a stage that is pending, its inputs complete and its back-off over; or one whose owner is known to be dead
    /// or has not beaten for <see cref="StageProtocolOptions.StaleAfter"/> under this ledger's eyes.
    /// </summary>
    /// <returns>The claim, its heart beating; null when the stage is not to be had now (see the record for why).</returns>
    public async Task<StageClaim?> TryClaimAsync(string run, string stage, CancellationToken cancellationToken)
    {
        var status = await _runs.LoadAsync(run, cancellationToken);
        return await TryClaimAsync(status, status.Plan.Stage(stage), cancellationToken);
    }

    private async Task<StageClaim?> TryClaimAsync(RunStatus status, PlannedStage stage, CancellationToken cancellationToken)
    {
        var inputs = stage
            .Inputs.Where(input => status.Stages[input].State == StageState.Completed)
            .ToDictionary(input => input, input => status.Stages[input].Artifact!, StringComparer.Ordinal);
        if (inputs.Count < stage.Inputs.Count)
        {
            return null;
        }

        var run = status.Spec.Id;
        if (await _records.TryReadAsync(run, stage.Name, cancellationToken) is not { } seen || !IsFree(run, stage.Name, seen.Value))
        {
            return null;
        }

        var claimed = Next(seen.Value);
        var asked = _time.GetTimestamp();
        if (await _records.TryReplaceAsync(run, stage.Name, claimed, seen.ETag, cancellationToken) is not { } mine)
        {
            return null;
        }

        if (claimed.State == StageState.Running)
        {
            return new StageClaim(new RecordKeeping(_records, _options, _time), status, stage, inputs, mine, asked);
        }

        await _runs.CloseIfSettledAsync(run, cancellationToken);
        return null;
    }

    private bool IsFree(string run, string stage, StageRecord record)
    {
        switch (record.State)
        {
            case StageState.Pending:
                return record.NotBefore is not { } notBefore || notBefore <= _time.GetUtcNow();
            case StageState.Running:
                return record.Owner is null || record.Owner.IsKnownDead() || IsStale(run, stage, record);
            default:
                _sightings.TryRemove((run, stage), out _);
                return false;
        }
    }

    // The beat, not the tag: a cancel request changes the tag of a dead worker's record and must not pass for a sign of life.
    private bool IsStale(string run, string stage, StageRecord record)
    {
        var beat = (record.Fence, record.Heartbeat?.Beat ?? 0);
        var now = _time.GetTimestamp();
        var sighting = _sightings.AddOrUpdate(
            (run, stage),
            _ => new ObservedHeartbeat(beat, now),
            (_, before) => before.Beat == beat ? before : new ObservedHeartbeat(beat, now)
        );
        return _time.GetElapsedTime(sighting.FirstSeen, now) >= _options.StaleAfter;
    }

    private StageRecord Next(StageRecord record)
    {
        // Whatever becomes of the stage, its last owner may still be writing: a new fence shuts it out.
        var next = record with { Fence = record.Fence + 1 };
        if (record.CancelRequested)
        {
            return next with { State = StageState.Cancelled, CancelRequested = false };
        }

        if (record.Attempt >= _options.MaxAttempts)
        {
            var before = record.Error is null ? "" : $" (the attempt before: {record.Error})";
            return next with
            {
                State = StageState.Failed,
                Error = $"given up after {record.Attempt} attempts: {record.Owner} ended without a word{before}",
            };
        }

        return next with
        {
            State = StageState.Running,
            Owner = _owner,
            Attempt = record.Attempt + 1,
            NotBefore = null,
            Heartbeat = new Heartbeat(0, _time.GetUtcNow()),
        };
    }

    private sealed record ObservedHeartbeat((long Fence, long Count) Beat, long FirstSeen);
}
