using SsFer.Artifacts.Models;
using SsFer.Inference.Models;

namespace SsFer.Inference.Candidates;

/// <summary>Whose answer it is.</summary>
internal enum ModelRole
{
    Production,
    Candidate,

    /// <summary>Of a model that the request names.</summary>
    Named,
}

/// <summary>
/// A candidacy as this instance sees it: which requests are the candidate's, and how it does beside production. Once the rule speaks
/// against it, it gets no more of them. Thread-safe.
/// </summary>
/// <param name="candidacy">As the alias tells it.</param>
/// <param name="served">Its model.</param>
/// <param name="options">When it is aborted.</param>
/// <param name="time">Measures the window.</param>
internal sealed class CandidateTrial(Candidacy candidacy, ServedPipeline served, CandidateOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly AnswerWindow _production = new(options.Window, time);
    private readonly AnswerWindow _candidate = new(options.Window, time);
    private readonly AbortRule _rule = options.Rule;
    private long _requests;
    private long _agreed;
    private long _compared;
    private string? _verdict;

    /// <summary>The rule has spoken against the candidate; raised once.</summary>
    public event Action? Failed;

    public Candidacy Candidacy => candidacy;

    /// <summary>Why the candidate is to be aborted; null while it is not.</summary>
    public string? Verdict => Volatile.Read(ref _verdict);

    /// <summary>Faces that both named alike, and all that both were shown.</summary>
    public (long Agreed, long Compared) Agreement => (Interlocked.Read(ref _agreed), Interlocked.Read(ref _compared));

    /// <summary>
    /// Counts one more request. Of any number of them in a row the candidate gets its exact share, evenly spread.
    /// </summary>
    /// <returns>Null where it is production's.</returns>
    public ModelLease? TryTakeRequest()
    {
        if (candidacy.Share is not { } share || Verdict is not null)
        {
            return null;
        }

        var number = Interlocked.Increment(ref _requests);
        return decimal.Floor(number * share) > decimal.Floor((number - 1) * share) ? served.TryLease() : null;
    }

    /// <summary>Null where the candidate does not work in the shadow, or no more.</summary>
    public ModelLease? TryShadow() => candidacy.Kind == TrialKind.Shadow && Verdict is null ? served.TryLease() : null;

    public void Count(ModelRole role, Attempt attempt)
    {
        lock (_lock)
        {
            (role == ModelRole.Candidate ? _candidate : _production).Add(attempt);
            if (role != ModelRole.Candidate || _verdict is not null)
            {
                return;
            }

            _verdict = _rule.ReasonAgainst(_candidate.Read(), _production.Read());
            if (_verdict is null)
            {
                return;
            }
        }

        Failed?.Invoke();
    }

    public void CountAgreement(int agreed, int compared)
    {
        Interlocked.Add(ref _agreed, agreed);
        Interlocked.Add(ref _compared, compared);
    }
}
