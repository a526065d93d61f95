using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Commands.Data;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;
using SsFer.FaceDetection;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Models;

/// <summary>
/// A dataset's faces as a model has to see them. Where they are not prepared that way they are now, and stored beside what is there:
/// an evaluation changes nothing that training reads.
/// </summary>
internal sealed class FacesForModel(CommandSession session, StoredModel model)
{
    private readonly DatasetCatalog _catalog = new(session.Store);

    /// <param name="text">NAME or NAME:split; of the validation split where it names none.</param>
    /// <param name="cancellationToken">Stops a preparation.</param>
    /// <exception cref="UsageException">They cannot be prepared so, or the dataset has no such split; the message names the
    /// cure.</exception>
    public async Task<DatasetReference> ResolveAsync(string text, CancellationToken cancellationToken)
    {
        var (name, split) = DatasetSelection.Parse(text, DatasetSplit.Validation);
        var manifest = await FindAsync(name, cancellationToken);
        return manifest.Counts.ContainsKey(split!)
            ? new DatasetReference(name, manifest.Version, split)
            : throw new UsageException($"the dataset '{name}' has no split '{split}': it has {string.Join(", ", manifest.Counts.Keys)}");
    }

    private async Task<DatasetManifest> FindAsync(string name, CancellationToken cancellationToken)
    {
        var wanted = model.Preparation;
        var pointers = await _catalog.GetAsync(name, cancellationToken);
        var why = $"is not prepared at {wanted.Size} pixels yet";
        if (pointers.Prepared.TryGetValue(wanted.Size, out var version))
        {
            var manifest = await _catalog.ReadManifestAsync(name, version, cancellationToken);
            if (ReasonNotToUse(manifest, pointers.Raw) is not { } reason)
            {
                return manifest;
            }

            why = reason;
        }

        var raw = pointers.Raw
            ?? throw new UsageException(
                $"{name} {why}, and its pictures are not in the store: import them, or evaluate on another dataset"
            );
        var here = wanted.ForNewPictures();
        if (here.Detector == DetectorNames.YoloFace)
        {
            throw new UsageException(
                $"{name} {why}, and the network that finds the model's faces is not in the store: "
                    + $"ssfer data prepare {name} {here.ToOptions()}"
            );
        }

        session.Terminal.Say($"{name} {why}: its pictures are prepared as the model's were ({here.ToOptions()})");
        return await session.Terminal.WithProgressAsync(display =>
            new PrepareDataset(session.Store, session.CacheDirectory).PrepareAsync(
                name,
                raw,
                new PreparationOptions
                {
                    Size = here.Size,
                    Detector = DetectorChoice.Parse(here.Detector),
                    Border = here.Border,
                    Margin = here.Margin,
                },
                new DisplayedProgress<PreparationProgress>(session.Terminal, display, progress => new ProgressUpdate(
                    $"prepare {name}",
                    progress.Done,
                    progress.Total,
                    "images"
                )),
                cancellationToken
            )
        );
    }

    /// <summary>Why prepared faces do not serve; null where they do. A model that does not say how it was trained takes any.</summary>
    private string? ReasonNotToUse(DatasetManifest manifest, string? raw)
    {
        if (raw is not null && manifest.Provenance.TryGetValue(PreparationProvenance.RawVersion, out var source) && source != raw)
        {
            return "was imported anew since it was prepared";
        }

        return model.KnownPreparation is { } learned && StoredPreparation.Of(manifest).DifferenceFrom(learned) is { } difference
            ? $"is cut otherwise than the model's faces were ({difference})"
            : null;
    }
}
