using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Stages.Faces;

/// <summary>
/// What a run's validation split must have: a face with a label, and faces cut as those that the run learns from. Cut otherwise, a
/// model's figures would say nothing of what it answers in use.
/// </summary>
public static class ValidationFaces
{
    /// <summary>Looked at before the first step, not after hours of training.</summary>
    /// <exception cref="PermanentStageException">The run could not be measured, or a version is not stored; the message names the
    /// cure.</exception>
    public static async Task RequireAsync(IArtifactStore store, RunSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Validation is not { } validation)
        {
            return;
        }

        var catalog = new DatasetCatalog(store);
        try
        {
            var measured = await catalog.ReadManifestAsync(validation.Name, validation.Version, cancellationToken);
            if (measured.Kind != DatasetKind.Prepared)
            {
                return; // what is raw yet is prepared by the run itself, or refused where it is opened
            }

            RequireLabels(measured, validation);
            if (spec.Labelled is { } labelled && labelled.Version != validation.Version)
            {
                RequireEqualCut(await catalog.ReadManifestAsync(labelled.Name, labelled.Version, cancellationToken), measured, spec);
            }
        }
        catch (Exception fault) when (fault is ArtifactNotFoundException or CorruptArtifactException)
        {
            throw new PermanentStageException($"{validation} cannot be measured on: {fault.Message}", fault);
        }
    }

    private static void RequireLabels(DatasetManifest measured, DatasetReference validation)
    {
        var splits = measured.Counts.Where(counts => validation.Split is null || counts.Key == validation.Split);
        if (!splits.SelectMany(counts => counts.Value).Any(count => measured.Classes.Contains(count.Key) && count.Value > 0))
        {
            throw new PermanentStageException(
                $"no face of {validation} has a label to measure by: name a validation split that has labels, then ask for the run again"
            );
        }
    }

    private static void RequireEqualCut(DatasetManifest learned, DatasetManifest measured, RunSpec spec)
    {
        if (learned.Kind != DatasetKind.Prepared)
        {
            return;
        }

        var expected = StoredPreparation.Of(learned);
        if (StoredPreparation.Of(measured).DifferenceFrom(expected) is { } difference)
        {
            throw new PermanentStageException(
                $"the faces of {spec.Validation} are cut otherwise than those of {spec.Labelled} ({difference}), so that a model of these "
                    + $"cannot be measured on them: run ssfer data prepare {measured.Name} {expected.ForNewPictures().ToOptions()}, "
                    + "then ask for the run again"
            );
        }
    }
}
