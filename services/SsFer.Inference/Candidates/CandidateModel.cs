using Microsoft.Extensions.Options;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Inference.Models;

namespace SsFer.Inference.Candidates;

/// <summary>Serves the model that the alias names as candidate, and ends its candidacy there where its trial has failed.</summary>
internal sealed class CandidateModel(
    ModelLoader loader,
    CandidateAbort abort,
    IOptions<CandidateOptions> options,
    TimeProvider time,
    ILogger<CandidateModel> logger
) : IDisposable
{
    private readonly ModelSlot _slot = new("candidate", loader, time, logger);
    private CandidateTrial? _trial;

    /// <summary>The trial has failed: the next look at the alias ends the candidacy.</summary>
    public event Action? TrialFailed;

    /// <summary>The candidate that does not load; null where there is none.</summary>
    public Refusal? Refusal => _slot.Refusal;

    /// <summary>Null while no candidate is served.</summary>
    public CandidateTrial? Trial => Volatile.Read(ref _trial);

    /// <summary>Serves what the alias tells. Not thread-safe.</summary>
    /// <param name="candidacy">The one that is open; null for none.</param>
    /// <param name="production">Id of the model in production, for the log.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArtifactException">The store does not answer: what was to be done is done at the next look.</exception>
    public async Task FollowAsync(Candidacy? candidacy, string production, CancellationToken cancellationToken)
    {
        if (candidacy is not null && Trial is { Verdict: { } verdict } failed && failed.Candidacy.Id == candidacy.Id)
        {
            await abort.WriteAsync(candidacy, verdict, cancellationToken);
            candidacy = null;
            End();
        }

        if (_slot.Key is { } tried && tried != candidacy?.Model)
        {
            End();
            logger.EndsTrial(tried);
        }

        var wanted = candidacy is null ? null : new WantedModel(candidacy.Model, candidacy.Model, Promotion: null);
        await _slot.FollowAsync(wanted, production, cancellationToken);
        if (candidacy is not null && _slot.Current is { } served && Trial?.Candidacy.Id != candidacy.Id)
        {
            var trial = new CandidateTrial(candidacy, served, options.Value, time);
            trial.Failed += () => TrialFailed?.Invoke();
            Volatile.Write(ref _trial, trial);
        }
    }

    public void Dispose() => _slot.Dispose();

    private void End()
    {
        Volatile.Write(ref _trial, null);
        _slot.Put(key: null, next: null);
    }
}
