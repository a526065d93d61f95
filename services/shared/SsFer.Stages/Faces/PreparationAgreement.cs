using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Stages.Faces;

/// <summary>
/// A model is measured on faces cut as those it learned from: cut otherwise, its figures would say nothing of what it answers in use.
/// </summary>
public static class PreparationAgreement
{
    /// <summary>Held against each other before the first step, not after hours of training.</summary>
    /// <exception cref="PermanentStageException">The run's held-out faces are cut otherwise than its labelled ones, or a version is not
    /// stored; the message names the cure.</exception>
    public static async Task RequireAsync(IArtifactStore store, RunSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec is not { Labelled: { } labelled, Validation: { } validation } || labelled.Version == validation.Version)
        {
            return;
        }

        var catalog = new DatasetCatalog(store);
        try
        {
            var learned = await catalog.ReadManifestAsync(labelled.Name, labelled.Version, cancellationToken);
            var measured = await catalog.ReadManifestAsync(validation.Name, validation.Version, cancellationToken);
            if (learned.Kind != DatasetKind.Prepared || measured.Kind != DatasetKind.Prepared)
            {
                return; // what is raw yet is prepared by the run itself, or refused where it is opened
            }

            var expected = StoredPreparation.Of(learned);
            if (StoredPreparation.Of(measured).DifferenceFrom(expected) is { } difference)
            {
                throw new PermanentStageException(
                    $"the faces of {validation} are cut otherwise than those of {labelled} ({difference}), so that a model of these "
                        + $"cannot be measured on them: run ssfer data prepare {validation.Name} {expected.ForNewPictures().ToOptions()}, "
                        + "then ask for the run again"
                );
            }
        }
        catch (Exception fault) when (fault is ArtifactNotFoundException or CorruptArtifactException)
        {
            throw new PermanentStageException($"{validation} cannot be held against {labelled}: {fault.Message}", fault);
        }
    }
}
