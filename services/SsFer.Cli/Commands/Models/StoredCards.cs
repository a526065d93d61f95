using System.Runtime.CompilerServices;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Evaluation;

namespace SsFer.Cli.Commands.Models;

internal static class StoredCards
{
    /// <summary>The cards of all models, in the order of their ids.</summary>
    public static async IAsyncEnumerable<ModelCard> ListAsync(
        IArtifactStore store,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var artifact in store.ListAsync($"{Containers.Models}/", cancellationToken))
        {
            if (
                artifact.Path.EndsWith("/card.json", StringComparison.Ordinal)
                && await store.TryReadJsonAsync<ModelCard>(artifact.Path, cancellationToken) is { } card
            )
            {
                yield return card.Value;
            }
        }
    }
}
