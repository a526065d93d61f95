using System.Security.Cryptography;
using System.Text;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;

namespace SsFer.Cli.Commands.Models;

/// <summary>
/// The faces that a model was measured on: figures of different ones do not say which model is better. Faces are the same where
/// pictures and labels are, whatever else the version of the dataset holds and in whatever size they were prepared.
/// </summary>
/// <param name="Description">Dataset, split and version.</param>
/// <param name="Content">Hash of pictures and labels; the description where they are no longer in the store.</param>
internal sealed record MeasuredFaces(string Description, string Content)
{
    /// <exception cref="UsageException">Two of the models were measured on different faces.</exception>
    public static async Task RequireSameAsync(IArtifactStore store, IReadOnlyList<ModelCard> cards, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, MeasuredFaces>(StringComparer.Ordinal);
        MeasuredFaces? first = null;
        foreach (var card in cards)
        {
            var description = Describe(card);
            if (!known.TryGetValue(description, out var faces))
            {
                faces = new MeasuredFaces(description, await ContentAsync(store, card.Run.Validation, cancellationToken) ?? description);
                known.Add(description, faces);
            }

            first ??= faces;
            if (faces.Content != first.Content)
            {
                throw new UsageException(
                    $"{cards[0].Id} was measured on {first.Description} and {card.Id} on {description}, other faces or other labels, so "
                        + "their figures cannot be compared: measure both with ssfer evaluate MODEL --dataset NAME:SPLIT"
                );
            }
        }
    }

    private static string Describe(ModelCard card)
    {
        var dataset = card.ProductEvaluation.Dataset;
        return card.Run.Validation is { } faces ? $"{dataset} (version {faces.Version})" : dataset;
    }

    private static async Task<string?> ContentAsync(IArtifactStore store, DatasetReference? reference, CancellationToken cancellationToken)
    {
        if (reference is null)
        {
            return null;
        }

        try
        {
            var catalog = new DatasetCatalog(store);
            var manifest = await catalog.ReadManifestAsync(reference.Name, reference.Version, cancellationToken);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await foreach (var item in catalog.ItemsAsync(manifest, cancellationToken))
            {
                if (reference.Split is null || item.Split == reference.Split)
                {
                    hash.AppendData(Encoding.UTF8.GetBytes($"{item.PixelHash ?? item.Key}\t{item.Label}\n"));
                }
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (ArtifactException)
        {
            return null;
        }
    }
}
