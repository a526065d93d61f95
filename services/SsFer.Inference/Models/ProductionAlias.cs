using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Inference.Models;

/// <summary>Reads which model is in production (<c>models/aliases/production.json</c>).</summary>
public sealed class ProductionAlias(IArtifactStore store)
{
    internal const string Path = $"{Containers.Models}/aliases/production.json";

    /// <summary>Null where nothing was ever promoted.</summary>
    /// <exception cref="ArtifactException">The alias cannot be read.</exception>
    public async Task<ProductionEntry?> ReadAsync(CancellationToken cancellationToken) =>
        (await store.TryReadJsonAsync<ProductionEntry>(Path, cancellationToken))?.Value;
}

/// <summary>The model in production and the number of the promotion or rollback that brought it there.</summary>
public sealed record ProductionEntry(string Model, long Sequence);
