using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;

namespace SsFer.Cli.Commands.Models;

/// <summary>The faces that a model was measured on: figures of different ones say nothing of which model is better.</summary>
internal static class MeasuredFaces
{
    /// <exception cref="UsageException">Two of the models were measured on different faces.</exception>
    public static async Task RequireSameAsync(IArtifactStore store, IReadOnlyList<ModelCard> cards, CancellationToken cancellationToken)
    {
        var first = await OfAsync(store, cards[0], cancellationToken);
        foreach (var card in cards.Skip(1))
        {
            var other = await OfAsync(store, card, cancellationToken);
            if (other != first)
            {
                throw new UsageException(
                    $"{cards[0].Id} was measured on {first} and {card.Id} on {other}, so their figures cannot be compared: measure "
                        + "both on the same faces with ssfer evaluate MODEL --dataset NAME:SPLIT"
                );
            }
        }
    }

    /// <summary>
    /// Dataset, split and version. The version is that of the pictures: the same faces may have been prepared in another size.
    /// </summary>
    private static async Task<string> OfAsync(IArtifactStore store, ModelCard card, CancellationToken cancellationToken)
    {
        var dataset = card.ProductEvaluation.Dataset;
        if (card.Run.Validation is not { } reference)
        {
            return dataset;
        }

        var manifest = (
            await store.TryReadJsonAsync<DatasetManifest>(
                $"{DatasetReference.FolderOf(reference.Name, reference.Version)}/manifest.json",
                cancellationToken
            )
        )?.Value;
        return $"{dataset} (version {manifest?.Provenance.GetValueOrDefault(PreparationProvenance.RawVersion) ?? reference.Version})";
    }
}
