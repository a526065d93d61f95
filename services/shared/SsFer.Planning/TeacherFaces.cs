using SsFer.Artifacts.Datasets;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>What the EMA teacher labels: a run that has nothing for it would fail at that stage, after all the training before.</summary>
public static class TeacherFaces
{
    private const string Unlabelled = "";

    /// <summary>Faces without a label.</summary>
    /// <param name="manifest">The version that holds them.</param>
    /// <param name="split">Which of its splits; null for all.</param>
    public static int WithoutLabel(DatasetManifest manifest, string? split)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest
            .Counts.Where(counts => split is null || counts.Key == split)
            .Sum(counts => counts.Value.GetValueOrDefault(Unlabelled));
    }

    /// <param name="labelled">Name of the labelled dataset.</param>
    /// <param name="withoutLabel">Its faces that have no label.</param>
    /// <param name="labels">How many of its labels are used, as <see cref="LabelBudget"/> reads it.</param>
    /// <param name="hasOthers">Whether further datasets are used without their labels.</param>
    /// <exception cref="PlanningException">Every face has a label, and every label is used.</exception>
    /// <exception cref="LabelBudgetException">The budget is not understood.</exception>
    public static void Require(string labelled, int withoutLabel, string labels, bool hasOthers)
    {
        if (!hasOthers && withoutLabel == 0 && LabelBudget.Parse(labels) is LabelBudget.Share { Value: 1 })
        {
            throw new PlanningException(
                $"with all labels of '{labelled}' no face is left without one for the EMA teacher to learn from: name a dataset "
                    + $"of faces without labels (unlabelled), use fewer labels, such as 10%, or train without it (teacher: false, or "
                    + $"ssfer train --no-teacher)"
            );
        }
    }
}
