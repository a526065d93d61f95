using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.FaceDetection;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Console.Runs;

/// <summary>Which faces a run will read: a prepared version, or raw pictures that the run has to prepare first.</summary>
/// <param name="Reference">What the run's spec names.</param>
/// <param name="IsPrepared">Whether no face detection is needed.</param>
/// <param name="Origin">Version that stays the same when a preparation by default settings is done meanwhile.</param>
/// <param name="Classes">Names of its classes, in their order; empty for faces without labels.</param>
/// <param name="WithoutLabel">Faces of the split that have no label.</param>
internal sealed record FaceVersion(
    DatasetReference Reference,
    bool IsPrepared,
    string Origin,
    IReadOnlyList<string> Classes,
    int WithoutLabel
)
{
    /// <summary>As <see cref="RunIdentity"/> names it.</summary>
    public string Identity => (Reference with { Version = Origin }).ToString();
}

/// <summary>Finds the versions that runs are to read.</summary>
internal sealed class FaceVersions(DatasetCatalog catalog)
{
    /// <param name="selection">Dataset and split.</param>
    /// <param name="size">Side of a face in pixels.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DatasetNotFoundException">There is no such dataset.</exception>
    /// <exception cref="PlanningException">The dataset has no such split, or no pictures to prepare.</exception>
    public async Task<FaceVersion> FindAsync(DatasetSelection selection, int size, CancellationToken cancellationToken)
    {
        var pointers = await catalog.GetAsync(selection.Name, cancellationToken);
        if (pointers.Prepared.TryGetValue(size, out var version))
        {
            var prepared = await catalog.ReadManifestAsync(selection.Name, version, cancellationToken);
            var raw = prepared.Provenance.GetValueOrDefault(PreparationProvenance.RawVersion);
            var isByDefault = raw is not null && StoredPreparation.Of(prepared) == new FacePreparation { Size = size };
            // Where the pictures were imported anew since, those faces are of pictures that nobody means any more.
            if (pointers.Raw is null || raw is null || raw == pointers.Raw)
            {
                return new FaceVersion(
                    Reference(prepared),
                    IsPrepared: true,
                    isByDefault && pointers.Raw is not null ? pointers.Raw : version,
                    prepared.Classes,
                    TeacherFaces.WithoutLabel(prepared, selection.Split)
                );
            }
        }

        if (pointers.Raw is null)
        {
            throw new PlanningException(
                $"dataset '{selection.Name}' is not prepared at {size} pixels and has no raw pictures to prepare: import them first"
            );
        }

        var imported = await catalog.ReadManifestAsync(selection.Name, pointers.Raw, cancellationToken);
        return new FaceVersion(
            Reference(imported),
            IsPrepared: false,
            pointers.Raw,
            imported.Classes,
            TeacherFaces.WithoutLabel(imported, selection.Split)
        );

        DatasetReference Reference(DatasetManifest manifest) =>
            selection.Split is null || manifest.Counts.ContainsKey(selection.Split)
                ? new DatasetReference(manifest.Name, manifest.Version, selection.Split)
                : throw new PlanningException(
                    $"dataset '{manifest.Name}' has no split '{selection.Split}': it has {string.Join(", ", manifest.Counts.Keys)}"
                );
    }

    /// <exception cref="PlanningException">What is learnt from the one could not be measured on the other.</exception>
    public static void RequireSameClasses(FaceVersion labelled, FaceVersion validation)
    {
        if (labelled.Classes.Count == 0)
        {
            throw new PlanningException($"dataset '{labelled.Reference.Name}' has no labels to learn from: import it with labels");
        }

        if (!labelled.Classes.SequenceEqual(validation.Classes))
        {
            throw new PlanningException(
                $"'{validation.Reference.Name}' has the classes [{string.Join(", ", validation.Classes)}] and "
                    + $"'{labelled.Reference.Name}' [{string.Join(", ", labelled.Classes)}]: "
                    + "evaluate on a dataset of the same classes in the same order"
            );
        }
    }

    /// <summary>The face detection stages that a run over these needs, one a dataset.</summary>
    public static IReadOnlyList<PlannedStage> Preparations(IEnumerable<FaceVersion> versions, int size) =>
        [
            .. versions
                .Where(version => !version.IsPrepared)
                .DistinctBy(version => version.Reference.Name)
                .Select(version => new PlannedStage
                {
                    Name = $"prepare-{version.Reference.Name}",
                    Kind = StageKind.FaceDetection,
                    Inputs = [],
                    Parameters = new FaceDetectionParameters
                    {
                        Dataset = version.Reference.Name,
                        Version = version.Reference.Version,
                        Size = size,
                    }.ToJson(),
                }),
        ];
}
