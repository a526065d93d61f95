using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Stages;

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

    /// <summary>Parameters of a stage that starts from stored weights instead of another stage's.</summary>
    /// <param name="path">Path of the weights in the store.</param>
    public static JsonElement StartingFrom(string path) =>
        JsonSerializer.SerializeToElement(new Dictionary<string, string> { [StageWeights.InitialParameter] = path });

    /// <summary>
    /// The whole method. Every stage after the preparations has them all among its inputs, since each reads faces and finds the
    /// prepared versions there (<see cref="Stages.Faces.PreparedVersions"/>).
    /// </summary>
    /// <param name="preparations">Face detection stages for the datasets that are not prepared yet.</param>
    /// <param name="encoder">Path in the store of the encoder to start from; null pre-trains one.</param>
    /// <param name="teacher">Whether an EMA teacher learns from the faces without labels.</param>
    /// <param name="evaluation">Parameters of the evaluation; null for a run without one.</param>
    public static RunPlan Full(IReadOnlyList<PlannedStage> preparations, string? encoder, bool teacher, JsonElement? evaluation)
    {
        ArgumentNullException.ThrowIfNull(preparations);
        IReadOnlyList<string> faces = [.. preparations.Select(stage => stage.Name)];
        var stages = new List<PlannedStage>(preparations);
        if (encoder is null)
        {
            stages.Add(New(StageKind.Pretraining, Pretraining, faces, NoParameters));
        }

        stages.Add(
            encoder is null
                ? New(StageKind.FineTuning, FineTuning, [.. faces, Pretraining], NoParameters)
                : New(StageKind.FineTuning, FineTuning, faces, StartingFrom(encoder))
        );
        if (teacher)
        {
            stages.Add(New(StageKind.EmaTeacher, EmaTeacher, [.. faces, FineTuning], NoParameters));
        }

        if (evaluation is { } parameters)
        {
            stages.Add(
                New(StageKind.Evaluation, Evaluation, teacher ? [.. faces, FineTuning, EmaTeacher] : [.. faces, FineTuning], parameters)
            );
        }

        return new RunPlan { Stages = stages };
    }

    private static PlannedStage New(StageKind kind, string name, IReadOnlyList<string> inputs, JsonElement parameters) =>
        new()
        {
            Name = name,
            Kind = kind,
            Inputs = inputs,
            Parameters = parameters,
        };
}
