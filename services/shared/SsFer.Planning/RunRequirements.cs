using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>
/// What the stages of a run would refuse, some of them after hours, said before the run is stored. Pictures that are not prepared
/// yet are counted as they were imported: face detection may leave some out, never add any.
/// </summary>
internal static class RunRequirements
{
    /// <summary>
    /// The stages that a run of the recipe has: those asked for, without a pre-training where its model has none, and without a
    /// fine-tuning before a method that learns the labels itself.
    /// </summary>
    /// <exception cref="PlanningException">None is left.</exception>
    public static IReadOnlyList<StageKind> StagesFor(Recipe recipe, IReadOnlyList<StageKind> asked)
    {
        var model = recipe.Model;
        var learnsLabelsLater = asked.Contains(StageKind.EmaTeacher) && recipe.EmaTeacher.Method.StartsFromAnything();
        var stages = asked
            .Where(kind =>
                kind switch
                {
                    StageKind.Pretraining => model.CanBePretrained,
                    StageKind.FineTuning => !learnsLabelsLater,
                    _ => true,
                }
            )
            .ToList();
        return stages.Count > 0
            ? stages
            : throw new PlanningException(
                $"masked reconstruction pre-trains a ViT, and the model of recipe '{recipe.Name}' is a {model.NetworkName}: fine-tune it "
                    + "from scratch (ssfer finetune), or choose a recipe with a ViT"
            );
    }

    /// <summary>What people should know of the stages that a run has; null where it has all that were asked for.</summary>
    public static string? NoteOf(RunRequest request, IReadOnlyList<StageKind> stages)
    {
        string[] notes =
        [
            .. request
                .Stages.Except(stages)
                .Select(kind =>
                    kind == StageKind.Pretraining
                        ? $"a {request.Recipe.Model.NetworkName} is not pre-trained, since masked reconstruction is for a ViT: the run "
                            + "begins from scratch"
                        : $"{request.Recipe.EmaTeacher.Method} learns the labels itself: the run has no fine-tuning before it"
                ),
        ];
        return notes.Length == 0 ? null : string.Join("; ", notes);
    }

    /// <exception cref="InvalidRequestException">The run could not be carried out; the message names the setting and the cure.</exception>
    public static void Check(RunDraft run)
    {
        CheckTargets(run);
        CheckTeacher(run);
        CheckValidation(run);
        var labels = run.Stages.Any(kind => kind != StageKind.Pretraining) ? LabelsOf(run) : 0;
        var faces = (run.Labelled?.Count ?? 0) + run.OtherUnlabelled.Sum(version => version.Count);
        var counts = new FaceCounts(labels, faces - labels, $"labels '{run.Budget}' of '{run.Labelled}'");
        var stages = run.Stages.Where(kind => !run.LabelsToCome || kind != StageKind.FineTuning).ToList();
        if (counts.ShortageFor(run.Recipe, stages) is { } shortage)
        {
            throw new PlanningException(shortage);
        }
    }

    /// <exception cref="InvalidRequestException">The weights to start from are not of the model that is to be trained.</exception>
    public static void CheckStart(RunDraft run, ModelDescription start)
    {
        if (start.DifferenceFrom(run.Recipe) is { } difference)
        {
            throw new PlanningException(
                $"the weights to start from are of another model than the recipe's ({difference}): set these as they were (--set, or "
                    + "set), or start from others"
            );
        }

        if (run.Stages[0] != StageKind.EmaTeacher || run.Labelled is not { } labelled)
        {
            return;
        }

        if (start.Classes.Count == 0)
        {
            if (run.Recipe.EmaTeacher.Method.StartsFromAnything())
            {
                return;
            }

            throw new PlanningException(
                "the weights to start from are an encoder's, and the EMA teacher starts from a classifier: fine-tune it first with ssfer "
                    + "finetune --encoder"
            );
        }

        if (ClassList.Difference(labelled.Classes, start.Classes) is { } lacks)
        {
            throw new PlanningException(
                $"the classifier to start from does not know the classes of '{labelled.Reference.Name}': it {lacks}; start from a "
                    + "classifier of the same classes"
            );
        }
    }

    private static void CheckTeacher(RunDraft run)
    {
        var place = run.Stages.ToList().IndexOf(StageKind.EmaTeacher);
        var hasStart = place == 0 ? run.Start is not null : place < 0 || run.Stages[place - 1] == StageKind.FineTuning;
        if (!hasStart && !run.Recipe.EmaTeacher.Method.StartsFromAnything())
        {
            throw new PlanningException(
                "the EMA teacher starts from a classifier, and the run neither makes nor names one: fine-tune first, name a classifier to "
                    + "start from, or choose a method that learns the labels itself (such as Method=FixMatch)"
            );
        }
    }

    private static void CheckTargets(RunDraft run)
    {
        if (
            run.Recipe.FineTuning.Targets == TargetKind.Votes
            && run.Stages.Contains(StageKind.FineTuning)
            && run.Labelled is { Voted: 0 } labelled
        )
        {
            throw new PlanningException(
                $"the recipe learns from votes (FineTuning.Targets) and '{labelled}' has none: import FERPlus with its votes file again, "
                    + "or set FineTuning.Targets=Labels"
            );
        }
    }

    private static void CheckValidation(RunDraft run)
    {
        if (run.Validation is not { } validation)
        {
            return;
        }

        // Whatever the versions: a split of another version of the dataset may hold the same pictures.
        if (run.Unlabelled.Append(run.Labelled).OfType<FaceVersion>().Any(other => Overlap(other, validation)))
        {
            throw new PlanningException($"{validation} is to be both trained and evaluated on: name another split for validation");
        }

        if (!run.Recipe.Model.FitsOnnx)
        {
            throw new PlanningException(
                "the model is too large for the ONNX file that an evaluated run ends with (2 GiB): choose a smaller one "
                    + "(Model.*), or train without an evaluation and export the weights"
            );
        }

        if (run.Labelled is { } labelled && ClassList.Difference(labelled.Classes, validation.Classes) is { } difference)
        {
            throw new PlanningException(
                $"'{validation.Reference.Name}' has the classes [{string.Join(", ", validation.Classes)}] and "
                    + $"'{labelled.Reference.Name}' [{string.Join(", ", labelled.Classes)}]: the first {difference}; name a "
                    + "validation of the same classes, in any order"
            );
        }

        if (
            run.Labelled?.Preparation is { } learned
            && validation.Reference.Version != run.Labelled.Reference.Version
            && validation.Preparation?.DifferenceFrom(learned) is { } cut
        )
        {
            throw new PlanningException(
                $"the faces of '{validation}' are cut otherwise than those of '{run.Labelled}' ({cut}), so a model of these could not be "
                    + $"measured on them: run ssfer data prepare {validation.Reference.Name} {learned.ForNewPictures().ToOptions()}"
            );
        }

        if (validation.Labelled.Sum() == 0)
        {
            throw new PlanningException($"no picture of '{validation}' has a label to measure by: name a validation split that has labels");
        }
    }

    private static bool Overlap(FaceVersion one, FaceVersion other) =>
        one.Reference.Name == other.Reference.Name
        && (one.Reference.Split is null || other.Reference.Split is null || one.Reference.Split == other.Reference.Split);

    /// <summary>How many faces the budget gives.</summary>
    private static int LabelsOf(RunDraft run)
    {
        var labelled = run.Labelled ?? throw new PlanningException("the run needs a dataset whose labels it may use: name one (labelled)");
        var known = labelled.Labelled.Sum();
        if (run.LabelsToCome && run.Budget is not LabelBudget.Share)
        {
            return Math.Min(known, run.Budget is LabelBudget.Total total ? total.Value : int.MaxValue);
        }

        if (known == 0)
        {
            throw new PlanningException(
                $"no picture of '{labelled}' has a label to learn from: import the dataset with labels, or name another (labelled)"
            );
        }

        return labelled.Classes.Count > 1
            ? run.Budget.Allot(labelled.Labelled, labelled.Classes).Sum()
            : throw new PlanningException(
                $"'{labelled}' has the single class [{labelled.Classes[0]}], and a classifier needs two at least: name another "
                    + "dataset (labelled)"
            );
    }
}
