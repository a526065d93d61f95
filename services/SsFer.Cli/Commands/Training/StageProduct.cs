using System.Text.Json;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Learning.Training;

namespace SsFer.Cli.Commands.Training;

/// <summary>Where a stage's product is, and a few figures.</summary>
internal sealed record StageProduct
{
    public required string Path { get; init; }

    public required JsonElement? Summary { get; init; }

    /// <summary>encoder, classifier or teacher; null for a stage that trains nothing.</summary>
    public string? Makes { get; init; }

    /// <summary>Images that the training has seen, every repetition counted.</summary>
    public long? Images { get; init; }

    /// <summary>Of the last step that was logged.</summary>
    public double? Loss { get; init; }

    public static StageProduct Of(PlannedStage stage, StageArtifact artifact, StageTraining? training) =>
        new()
        {
            Path = artifact.Path,
            Summary = artifact.Summary,
            Makes = stage.Kind switch
            {
                StageKind.Pretraining => "encoder",
                StageKind.FineTuning => TeacherWarnings.Classifier,
                StageKind.EmaTeacher => TeacherWarnings.Teacher,
                _ => null,
            },
            Images = training?.Images,
            Loss = training?.Loss,
        };
}

/// <summary>How a stage's training ended.</summary>
internal sealed record StageTraining(long Images, double Loss)
{
    /// <summary>By the stage's own metrics; null for one that left none.</summary>
    public static async Task<StageTraining?> OfAsync(IArtifactStore store, string run, string stage, CancellationToken cancellationToken)
    {
        StageTraining? last = null;
        await foreach (var row in new MetricLog(store).ReadAsync(run, stage, cancellationToken))
        {
            var metrics = row.Deserialize<TrainingMetrics>(ArtifactJson.Line)!;
            last = new StageTraining(metrics.Step * metrics.ImagesPerStep, metrics.Values["loss"]);
        }

        return last;
    }
}
