using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>
/// The run that every drill disturbs: seconds long, with a checkpoint every ten steps, and on one thread, so that it ends with the
/// same bytes anywhere.
/// </summary>
internal static class SmallRun
{
    /// <summary>
    /// What the run is called, calm or disturbed, each time in a store of its own: with the date below it makes a model's files the
    /// same to the byte.
    /// </summary>
    public const string Id = "drill";

    public const string Dataset = "faces";
    public const string Preparation = "prepare-faces";

    private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Recipe Recipe { get; } =
        RecipeCatalog.Smoke.With([
            "Pretraining.Epochs=12",
            "FineTuning.FewLabelsEpochs=9",
            "EmaTeacher.Epochs=4",
            "Execution.CheckpointSteps=10",
            "Execution.Threads=1",
            "Execution.LoaderThreads=1",
            "Execution.Precision=fp32",
        ]);

    /// <summary>The stages that train, in order.</summary>
    public static IReadOnlyList<string> Trainings { get; } = [TrainingPlan.Pretraining, TrainingPlan.FineTuning, TrainingPlan.EmaTeacher];

    /// <param name="id">Id of the run.</param>
    /// <param name="faces">Version of the dataset, raw or prepared.</param>
    public static RunSpec Spec(string id, string faces) =>
        new()
        {
            Id = id,
            RecipeName = Recipe.Name,
            Recipe = JsonSerializer.Deserialize<JsonElement>(Recipe.ToJson()),
            Labelled = new DatasetReference(Dataset, faces, DatasetSplit.Train),
            Unlabelled = [],
            Labels = "50%",
            Validation = new DatasetReference(Dataset, faces, DatasetSplit.Validation),
            Seed = Recipe.Seed,
            Created = Created,
        };

    /// <summary>The whole method from raw pictures; the detection takes the boxes that the drawn faces come with.</summary>
    public static RunPlan FromPictures(string raw) =>
        TrainingPlan.Of(
            [
                new PlannedStage
                {
                    Name = Preparation,
                    Kind = Contracts.StageKind.FaceDetection,
                    Inputs = [],
                    Parameters = JsonSerializer.SerializeToElement(
                        new
                        {
                            dataset = Dataset,
                            version = raw,
                            size = Recipe.Model.ImageSize,
                            detector = "annotated",
                        }
                    ),
                },
            ],
            RunRequest.StagesOf(pretrain: true, teacher: true),
            start: null,
            JsonSerializer.SerializeToElement(new { attackFaces = 0, promotion = new { margin = 1.0, collapse = 0.0 } })
        );

    /// <summary>The first of the training stages, from prepared faces.</summary>
    public static RunPlan FromFaces(int trainings) =>
        new() { Stages = [.. TrainingPlan.Of([], RunRequest.StagesOf(pretrain: true, teacher: true), null, null).Stages.Take(trainings)] };
}
