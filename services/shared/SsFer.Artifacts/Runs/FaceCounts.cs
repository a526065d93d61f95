using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Artifacts.Runs;

/// <summary>How many faces the stages of a run have to fill their batches with.</summary>
/// <param name="Labelled">Faces whose labels the run may use.</param>
/// <param name="WithoutLabel">All others.</param>
/// <param name="LabelsOf">Which labels these are, as in "labels '10%' of 'faces:train'".</param>
public sealed record FaceCounts(int Labelled, int WithoutLabel, string LabelsOf)
{
    private const string MoreUnlabelled = "name a dataset of faces without labels (unlabelled), use fewer labels, such as 10%, ";
    private const string NoTeacher = "or train without it (teacher: false, or ssfer train --no-teacher)";

    /// <summary>
    /// What the faces are too few for, in one line with the setting and the cure; null where they fill a batch of each stage. The last
    /// stage is looked at first: what it lacks is known as early as what the first one lacks.
    /// </summary>
    /// <param name="recipe">Has the batch sizes.</param>
    /// <param name="stages">Those that are to be trained.</param>
    public string? ShortageFor(Recipe recipe, IReadOnlyCollection<StageKind> stages)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(stages);
        var faces = Labelled + WithoutLabel;
        var method = recipe.EmaTeacher.Method == SemiSupervisedMethod.EmaTeacher ? "the EMA teacher" : $"{recipe.EmaTeacher.Method}";
        if (stages.Contains(StageKind.EmaTeacher) && WithoutLabel == 0)
        {
            return $"with {LabelsOf} no face is left without one for {method} to learn from: {MoreUnlabelled}{NoTeacher}";
        }

        if (stages.Contains(StageKind.EmaTeacher) && WithoutLabel < recipe.EmaTeacher.UnlabelledBatch)
        {
            return $"the run has {WithoutLabel} faces without a label, and a step of {method} takes EmaTeacher.UnlabelledBatch "
                + $"= {recipe.EmaTeacher.UnlabelledBatch}: {MoreUnlabelled}set EmaTeacher.UnlabelledBatch to at most {WithoutLabel}, "
                + NoTeacher;
        }

        if (stages.Contains(StageKind.FineTuning) && Labelled < recipe.FineTuning.BatchSize)
        {
            return $"{LabelsOf} are {Labelled} faces, and a step of fine-tuning takes FineTuning.BatchSize = "
                + $"{recipe.FineTuning.BatchSize}: allow more labels, or set FineTuning.BatchSize to at most {Labelled}";
        }

        return stages.Contains(StageKind.Pretraining) && faces < recipe.Pretraining.BatchSize
            ? $"the run has {faces} faces to learn from, and a step of pre-training takes Pretraining.BatchSize = "
                + $"{recipe.Pretraining.BatchSize}: name further datasets (unlabelled)"
                + (faces > 0 ? $", or set Pretraining.BatchSize to at most {faces}" : "")
            : null;
    }
}
