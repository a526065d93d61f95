using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Models;

/// <summary>A candidacy that answers a request, and whether the request began it.</summary>
/// <param name="Candidacy">As it stands.</param>
/// <param name="IsNew">False where the model was tried in this way already.</param>
public sealed record CandidacyChange(Candidacy Candidacy, bool IsNew);

/// <summary>
/// Which model is tried beside production. A candidacy begins and ends by one conditional write each of the document that names the
/// model in production, so that no promotion and no candidacy overtake each other unseen.
/// </summary>
public sealed class CandidateRegistry(IArtifactStore store, TimeProvider time)
{
    private readonly AliasDocument _document = new(store);

    /// <summary>Tries a model beside production; one that is tried already goes on in the way told.</summary>
    /// <exception cref="UnknownModelException">It has no card.</exception>
    /// <exception cref="CandidateInProductionException">It is in production.</exception>
    /// <exception cref="OtherCandidateException">Another model is tried; nothing was changed.</exception>
    public async Task<CandidacyChange> StartAsync(
        string model,
        Trial trial,
        AliasActor by,
        string reason,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(by);
        await _document.RequireModelAsync(model, cancellationToken);
        var id = AliasDocument.NewId();
        return await _document.ChangeAsync(FindLanded, alias => Task.FromResult(Decide(alias)), cancellationToken);

        CandidacyChange? FindLanded(ProductionAlias alias) =>
            alias.CandidacyOf(id) is { } landed ? new CandidacyChange(landed, IsNew: true) : null;

        (CandidacyChange, ProductionAlias?) Decide(ProductionAlias alias)
        {
            if (alias.Current == model)
            {
                throw new CandidateInProductionException(model);
            }

            if (alias.Candidate is { } open)
            {
                OtherCandidateException.ThrowIfNot(model, open);
                if (open.IsBy(trial))
                {
                    return (new CandidacyChange(open, IsNew: false), null);
                }
            }

            var candidacy = new Candidacy
            {
                Id = id,
                Model = model,
                Kind = trial.Kind,
                Share = trial.Share,
                Reason = reason,
                By = by,
                Since = time.GetUtcNow(),
            };
            return (new CandidacyChange(candidacy, IsNew: true), alias.Trying(candidacy));
        }
    }

    /// <summary>Ends the candidacy that is open.</summary>
    /// <param name="model">The model that is meant; null for whichever is tried.</param>
    /// <param name="by">Whose decision it is.</param>
    /// <param name="reason">One line for the history.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="NoCandidateException">None is open.</exception>
    /// <exception cref="OtherCandidateException">Another model than <paramref name="model"/> is tried; nothing was changed.</exception>
    public async Task<Candidacy> WithdrawAsync(string? model, AliasActor by, string reason, CancellationToken cancellationToken)
    {
        return (await EndAsync(CandidacyOutcome.Withdrawn, Require, by, reason, cancellationToken))!;

        bool Require(Candidacy? open)
        {
            OtherCandidateException.ThrowIfNot(model, open ?? throw new NoCandidateException());
            return true;
        }
    }

    /// <summary>Ends a candidacy because of how its model did; once, however many instances find so.</summary>
    /// <returns>Null, and nothing was changed, where it has ended already.</returns>
    public Task<Candidacy?> TryAbortAsync(string candidacy, AliasActor by, string reason, CancellationToken cancellationToken) =>
        EndAsync(CandidacyOutcome.Aborted, open => open?.Id == candidacy, by, reason, cancellationToken);

    private async Task<Candidacy?> EndAsync(
        CandidacyOutcome outcome,
        Func<Candidacy?, bool> isMeant,
        AliasActor by,
        string reason,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(by);
        var end = new CandidacyEnd
        {
            Id = AliasDocument.NewId(),
            Outcome = outcome,
            Reason = reason,
            By = by,
            At = time.GetUtcNow(),
        };
        return await _document.ChangeAsync(alias => alias.CandidacyOf(end.Id), alias => Task.FromResult(Decide(alias)), cancellationToken);

        (Candidacy?, ProductionAlias?) Decide(ProductionAlias alias)
        {
            if (!isMeant(alias.Candidate))
            {
                return (null, null);
            }

            var next = alias.EndingCandidacy(end);
            return (next.Candidacies[^1], next);
        }
    }
}

/// <summary>The model that is to be tried beside production is there already.</summary>
public sealed class CandidateInProductionException(string model)
    : ArtifactException($"'{model}' is in production, and is not tried beside itself: name another model");

/// <summary>Another model is tried than the one that a change was meant for.</summary>
public sealed class OtherCandidateException(string asked, string current)
    : ArtifactException(
        $"'{asked}' is not the candidate, '{current}' is: nothing was changed; ssfer models withdraw, or POST /api/models/withdraw, "
            + "ends its candidacy"
    )
{
    /// <param name="asked">Null for whichever is tried.</param>
    /// <param name="open">The one that is.</param>
    internal static void ThrowIfNot(string? asked, Candidacy open)
    {
        if (asked is not null && open.Model != asked)
        {
            throw new OtherCandidateException(asked, open.Model);
        }
    }
}

/// <summary>No model is tried beside production.</summary>
public sealed class NoCandidateException()
    : ArtifactException(
        "no model is tried beside production: ssfer models canary MODEL --share 5%, or POST /api/models/MODEL/canary, begins that"
    );
