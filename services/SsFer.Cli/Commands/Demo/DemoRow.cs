using System.Text.Json;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Evaluation;
using SsFer.Learning.Training;
using SsFer.Planning;

namespace SsFer.Cli.Commands.Demo;

/// <summary>One line of the demo's table; shares in [0, 1].</summary>
internal sealed record DemoRow
{
    public required string Model { get; init; }

    public required double Accuracy { get; init; }

    /// <summary>95 % bootstrap interval of the accuracy.</summary>
    public required double Lower { get; init; }

    public required double Upper { get; init; }

    /// <summary>Training time of all stages that the model stands on.</summary>
    public required double Seconds { get; init; }

    public static async Task<IReadOnlyList<DemoRow>> AllAsync(
        IArtifactStore store,
        DemoRuns.Finished runs,
        CancellationToken cancellationToken
    )
    {
        Task<DemoRow> Row(string model, RunStatus run, string evaluation, params (RunStatus Run, string Stage)[] stages) =>
            ReadAsync(store, model, run, evaluation, stages, cancellationToken);
        var encoder = (runs.Whole, TrainingPlan.Pretraining);
        return
        [
            await Row("from scratch", runs.Scratch, "classifier", (runs.Scratch, TrainingPlan.FineTuning)),
            await Row("+ pre-training", runs.Pretrained, "classifier", encoder, (runs.Pretrained, TrainingPlan.FineTuning)),
            await Row("+ FaceMix", runs.Whole, "classifier", encoder, (runs.Whole, TrainingPlan.FineTuning)),
            await Row(
                "+ EMA teacher",
                runs.Whole,
                "teacher",
                encoder,
                (runs.Whole, TrainingPlan.FineTuning),
                (runs.Whole, TrainingPlan.EmaTeacher)
            ),
        ];
    }

    private static async Task<DemoRow> ReadAsync(
        IArtifactStore store,
        string model,
        RunStatus run,
        string evaluation,
        IEnumerable<(RunStatus Run, string Stage)> stages,
        CancellationToken cancellationToken
    )
    {
        var card = await store.TryReadJsonAsync<ModelCard>(ModelCard.CardPath(run.Spec.Id), cancellationToken)
            ?? throw new ArtifactNotFoundException(ModelCard.CardPath(run.Spec.Id));
        var report = card.Value.Evaluations.First(each => each.Model == evaluation).Rules[0].All;
        var seconds = 0.0;
        foreach (var (each, stage) in stages)
        {
            seconds += await SecondsAsync(store, each.Spec.Id, stage, cancellationToken);
        }

        return new DemoRow
        {
            Model = model,
            Accuracy = report.Accuracy,
            Lower = report.AccuracyInterval.Lower,
            Upper = report.AccuracyInterval.Upper,
            Seconds = seconds,
        };
    }

    /// <summary>By the stage's own metrics, so that a demo that was stopped in between says the same.</summary>
    private static async Task<double> SecondsAsync(IArtifactStore store, string run, string stage, CancellationToken cancellationToken)
    {
        var (seconds, before) = (0.0, 0L);
        await foreach (var row in new MetricLog(store).ReadAsync(run, stage, cancellationToken))
        {
            var metrics = row.Deserialize<TrainingMetrics>(ArtifactJson.Line)!;
            seconds += (metrics.Step - before) * metrics.ImagesPerStep / metrics.ImagesPerSecond;
            before = metrics.Step;
        }

        return seconds;
    }
}
