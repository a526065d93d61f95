using System.Text.Json;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>A run as it is asked for, the same from the terminal and over HTTP.</summary>
public sealed record RunRequest
{
    /// <summary>Name of the run; a hash of what is asked for unless told.</summary>
    public string? Id { get; init; }

    public required Recipe Recipe { get; init; }

    /// <summary>The training stages, in the order of the method; an evaluation follows where there is a validation.</summary>
    public IReadOnlyList<StageKind> Stages { get; init; } = StagesOf(pretrain: true, teacher: true);

    /// <summary>Dataset whose labels may be used, NAME or NAME:split (train unless told); null for a run that needs none.</summary>
    public string? Labelled { get; init; }

    /// <summary>How many of its labels may be used, as <see cref="LabelBudget"/> reads it; all unless told.</summary>
    public string? Labels { get; init; }

    /// <summary>Datasets whose labels, if any, are not used: NAME or NAME:split (train unless told).</summary>
    public IReadOnlyList<string> Unlabelled { get; init; } = [];

    /// <summary>What to evaluate on, NAME or NAME:split (validation unless told); null for a run without an evaluation.</summary>
    public string? Validation { get; init; }

    /// <summary>A run that the first stage starts from.</summary>
    public string? StartRun { get; init; }

    /// <summary>Path in the store of weights that the first stage starts from, in place of a run.</summary>
    public string? StartWeights { get; init; }

    /// <summary>See <see cref="RunDraft.LabelsToCome"/>.</summary>
    public bool LabelsToCome { get; init; }

    /// <summary>
    /// Parameters of the evaluation, such as the gate before production. Where it is told, a run of the same name must have the same;
    /// null takes what that run has, or, for a new one, <see cref="EvaluationUnlessTold"/>.
    /// </summary>
    public JsonElement? Evaluation { get; init; }

    /// <summary>Parameters of a new run's evaluation where nothing is asked for; none unless told.</summary>
    public JsonElement? EvaluationUnlessTold { get; init; }

    /// <summary>The whole method, or all of it but its first or last stage.</summary>
    public static IReadOnlyList<StageKind> StagesOf(bool pretrain, bool teacher) =>
        [
            .. pretrain ? [StageKind.Pretraining] : (StageKind[])[],
            StageKind.FineTuning,
            .. teacher ? [StageKind.EmaTeacher] : (StageKind[])[],
        ];
}
