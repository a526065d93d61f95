using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Models;

/// <summary>The production alias in the store, and how it is changed: by one conditional write, however many change it at a time.</summary>
internal sealed class AliasDocument(IArtifactStore store)
{
    public static string NewId() => Guid.NewGuid().ToString("N");

    /// <exception cref="CorruptArtifactException">The document is damaged.</exception>
    public async Task<(ProductionAlias Alias, string? Tag)> LoadAsync(CancellationToken cancellationToken) =>
        await store.TryReadJsonAsync<ProductionAlias>(ModelPaths.Production, cancellationToken) is { } stored
            ? (stored.Value, stored.ETag)
            : (new ProductionAlias(), null);

    /// <summary>
    /// Decides by what is stored and writes what follows, until no other writer comes between. One who does was in time, so it ends.
    /// It does not prove that nothing was written: the answer may have been lost and the other one built on what it told of, so the
    /// change is looked for first.
    /// </summary>
    /// <param name="findLanded">The result, where the change stands in the alias already; null where it does not.</param>
    /// <param name="decide">The result, and the alias that is to be; null for the one that there is.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    public async Task<T> ChangeAsync<T>(
        Func<ProductionAlias, T?> findLanded,
        Func<ProductionAlias, Task<(T Result, ProductionAlias? Next)>> decide,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var (alias, tag) = await LoadAsync(cancellationToken);
            if (findLanded(alias) is { } landed)
            {
                return landed;
            }

            var (result, next) = await decide(alias);
            if (next is null || await TryWriteAsync(next, tag, cancellationToken))
            {
                return result;
            }
        }
    }

    /// <exception cref="UnknownModelException">It has no card.</exception>
    public async Task RequireModelAsync(string model, CancellationToken cancellationToken)
    {
        if (!await store.ExistsAsync(ModelPaths.Card(model), cancellationToken))
        {
            throw new UnknownModelException(model);
        }
    }

    private async Task<bool> TryWriteAsync(ProductionAlias alias, string? tag, CancellationToken cancellationToken) =>
        await (
            tag is null
                ? store.TryPutJsonIfAbsentAsync(ModelPaths.Production, alias, cancellationToken)
                : store.TryPutJsonIfMatchAsync(ModelPaths.Production, alias, tag, cancellationToken)
        )
            is not null;
}
