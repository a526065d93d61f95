using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>The stages of the whole method: (faces,) encoder, classifier, better classifier, evaluation.</summary>
public static class TrainingPlan
{
    public const string Pretraining = "pretraining";
    public const string FineTuning = "fine-tuning";
    public const string EmaTeacher = "ema-teacher";
    public const string Evaluation = "evaluation";

    /// <summary>No parameters: an empty JSON object.</summary>
    public static JsonElement NoParameters { get; } = JsonSerializer.SerializeToElement(new Dictionary<string, string>());

    /// <summary>
    /// Every stage after the preparations has them all among its inputs, since each reads faces and finds the prepared versions
    /// there. Each training stage starts from the one before it, the first from <paramref name="start"/>.
    /// </summary>
    /// <param name="preparations">Face detection stages for the datasets that are not prepared yet.</param>
    /// <param name="training">The training stages, in their order.</param>
    /// <param name="start">Path in the store of weights to start from; null for none.</param>
    /// <param name="evaluation">Parameters of the evaluation; null for a run without one.</param>
    public static RunPlan Of(
        IReadOnlyList<PlannedStage> preparations,
        IReadOnlyList<StageKind> training,
        string? start,
        JsonElement? evaluation
    )
    {
        ArgumentNullException.ThrowIfNull(preparations);
        ArgumentNullException.ThrowIfNull(training);
        IReadOnlyList<string> faces = [.. preparations.Select(stage => stage.Name)];
        var stages = new List<PlannedStage>(preparations);
        string? before = null;
        foreach (var kind in training)
        {
            var parameters = before is null && start is not null ? StartingFrom(start) : NoParameters;
            stages.Add(New(kind, before is null ? faces : [.. faces, before], parameters));
            before = NameOf(kind);
        }

        if (evaluation is { } measured)
        {
            var classifiers = training.Where(kind => kind != StageKind.Pretraining).Select(NameOf);
            stages.Add(New(StageKind.Evaluation, [.. faces, .. classifiers], measured));
        }

        return new RunPlan { Stages = stages };
    }

    /// <summary>What a stage starts from in place of another stage's product; null for nothing.</summary>
    public static string? StartOf(PlannedStage stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return
            stage.Parameters.ValueKind == JsonValueKind.Object
            && stage.Parameters.TryGetProperty(StageFiles.InitialWeights, out var path)
            && path.ValueKind == JsonValueKind.String
            ? path.GetString()
            : null;
    }

    private static JsonElement StartingFrom(string path) =>
        JsonSerializer.SerializeToElement(new Dictionary<string, string> { [StageFiles.InitialWeights] = path });

    private static string NameOf(StageKind kind) =>
        kind switch
        {
            StageKind.Pretraining => Pretraining,
            StageKind.FineTuning => FineTuning,
            StageKind.EmaTeacher => EmaTeacher,
            StageKind.Evaluation => Evaluation,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a stage of training"),
        };

    private static PlannedStage New(StageKind kind, IReadOnlyList<string> inputs, JsonElement parameters) =>
        new()
        {
            Name = NameOf(kind),
            Kind = kind,
            Inputs = inputs,
            Parameters = parameters,
        };
}
