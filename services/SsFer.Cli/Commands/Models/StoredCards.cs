using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Evaluation;

namespace SsFer.Cli.Commands.Models;

internal static class StoredCards
{
    /// <summary>The cards of all models, in the order of their ids; the damaged ones among them.</summary>
    public static async Task<IReadOnlyList<Listed<ModelCard>>> ListAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var cards = new List<Listed<ModelCard>>();
        await foreach (var artifact in session.Store.ListAsync($"{Containers.Models}/", cancellationToken))
        {
            if (
                artifact.Path.Split('/') is [_, var id, "card.json"]
                && await Listed.ReadAsync(id, async () =>
                    (await session.Store.TryReadJsonAsync<ModelCard>(artifact.Path, cancellationToken))?.Value
                )
                    is { } card
            )
            {
                cards.Add(card);
                if (card.Damage is { } damage)
                {
                    session.Terminal.Say($"warning: model '{id}': {damage}");
                }
            }
        }

        return cards;
    }
}
