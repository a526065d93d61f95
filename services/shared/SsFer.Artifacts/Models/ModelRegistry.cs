using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Models;

/// <summary>An entry of the history that answers a request, and whether the request made it.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="IsNew">False where the request asked for what had been done already.</param>
public sealed record AliasChange(AliasEntry Entry, bool IsNew);

/// <summary>
/// Which model is in production. Promoting and rolling back are one conditional write each, so that several services and people may
/// do either at any time: no change is lost or made twice, and the history is the order in which they happened.
/// </summary>
public sealed class ModelRegistry(IArtifactStore store, TimeProvider time)
{
    private readonly AliasDocument _document = new(store);

    /// <summary>Empty where no model was ever promoted.</summary>
    /// <exception cref="CorruptArtifactException">The document is damaged.</exception>
    public async Task<ProductionAlias> ReadAsync(CancellationToken cancellationToken) =>
        (await _document.LoadAsync(cancellationToken)).Alias;

    /// <summary>As <see cref="ReadAsync"/> for a listing of models, which a damaged document does not end.</summary>
    public async Task<Listed<ProductionAlias>> ReadListedAsync(CancellationToken cancellationToken) =>
        (await Listed.ReadAsync<ProductionAlias>("production", async () => await ReadAsync(cancellationToken)))!;

    /// <summary>
    /// Puts a model into production; a candidacy that is open ends. A run does so once, however often it asks, even where the model
    /// was rolled back since: an evaluation that crashed repeats itself. A model that is in production already stays there as it is.
    /// </summary>
    /// <exception cref="UnknownModelException">It has no card.</exception>
    public async Task<AliasChange> PromoteAsync(string model, AliasActor by, string reason, CancellationToken cancellationToken) =>
        (await TryPromoteAsync(model, _ => true, by, reason, cancellationToken))!;

    /// <summary>As <see cref="PromoteAsync"/>, but only in place of the model that the decision was made against.</summary>
    /// <param name="model">Id of the model.</param>
    /// <param name="replaced">The model it was compared with; null where there was none.</param>
    /// <param name="by">Whose decision it is.</param>
    /// <param name="reason">One line for the history.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>Null, and nothing was changed, where another model than <paramref name="replaced"/> is in production by now.</returns>
    /// <exception cref="UnknownModelException">It has no card.</exception>
    public Task<AliasChange?> TryPromoteInPlaceOfAsync(
        string model,
        string? replaced,
        AliasActor by,
        string reason,
        CancellationToken cancellationToken
    ) => TryPromoteAsync(model, alias => alias.Current == replaced, by, reason, cancellationToken);

    /// <summary>Puts the model before the current one back into production; once more, and the one before that follows.</summary>
    /// <param name="from">The model that is to go: asked again after it went, nothing more is rolled back. Null for whichever is
    /// current.</param>
    /// <param name="by">Whose decision it is.</param>
    /// <param name="reason">One line for the history.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="OtherModelInProductionException">Another model than <paramref name="from"/> is in production; nothing was
    /// changed.</exception>
    /// <exception cref="NoEarlierModelException">There is none, or no model is in production.</exception>
    /// <exception cref="UnknownModelException">The earlier model was deleted.</exception>
    public async Task<AliasEntry> RollBackAsync(string? from, AliasActor by, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(by);
        var id = AliasDocument.NewId();
        return await _document.ChangeAsync<AliasEntry>(alias => alias.ChangeOf(id), DecideAsync, cancellationToken);

        async Task<(AliasEntry, ProductionAlias?)> DecideAsync(ProductionAlias alias)
        {
            if (from is not null && alias.Current != from)
            {
                throw new OtherModelInProductionException(from, alias.Current);
            }

            var earlier = alias.Earlier ?? throw new NoEarlierModelException(alias.Current);
            await _document.RequireModelAsync(earlier, cancellationToken);
            var next = alias.With(id, AliasAction.RolledBack, earlier, reason, by, time.GetUtcNow());
            return (next.Latest!, next);
        }
    }

    private async Task<AliasChange?> TryPromoteAsync(
        string model,
        Func<ProductionAlias, bool> isMeant,
        AliasActor by,
        string reason,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(by);
        await _document.RequireModelAsync(model, cancellationToken);
        var id = AliasDocument.NewId();
        return await _document.ChangeAsync(FindLanded, alias => Task.FromResult(Decide(alias)), cancellationToken);

        AliasChange? FindLanded(ProductionAlias alias) => alias.ChangeOf(id) is { } landed ? new AliasChange(landed, IsNew: true) : null;

        (AliasChange?, ProductionAlias?) Decide(ProductionAlias alias)
        {
            if ((alias.PromotionOf(model, by) ?? (alias.Current == model ? alias.Latest : null)) is { } done)
            {
                return (new AliasChange(done, IsNew: false), null);
            }

            if (!isMeant(alias))
            {
                return (null, null);
            }

            var next = alias.With(id, AliasAction.Promoted, model, reason, by, time.GetUtcNow());
            return (new AliasChange(next.Latest!, IsNew: true), next);
        }
    }
}

/// <summary>The store has no model of this id.</summary>
public sealed class UnknownModelException(string model)
    : ArtifactException($"there is no model '{model}' in the store: ssfer models list, or GET /api/models, shows what there is")
{
    public string Model { get; } = model;
}

/// <summary>Another model is in production than the one that a change was meant to replace.</summary>
public sealed class OtherModelInProductionException(string expected, string? current)
    : ArtifactException(
        current is null
            ? $"'{expected}' is not in production, no model is: nothing was changed"
            : $"'{expected}' is not in production, '{current}' is: nothing was changed; if that is the one to replace, ask again "
                + $"with from '{current}'"
    )
{
    public string? Current { get; } = current;
}

/// <summary>There is nothing to roll back to.</summary>
public sealed class NoEarlierModelException(string? current)
    : ArtifactException(
        current is null
            ? "no model is in production: ssfer models promote MODEL, or POST /api/models/MODEL/promote, puts one there"
            : $"no model was in production before '{current}': ssfer models promote MODEL, or POST /api/models/MODEL/promote, "
                + $"puts another one there"
    );
