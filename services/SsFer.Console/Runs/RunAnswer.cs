using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Console.Events;

namespace SsFer.Console.Runs;

/// <summary>A run as it stands.</summary>
public sealed record RunAnswer
{
    public required string Id { get; init; }

    /// <summary>
    /// pending, running, completed, failed or cancelled: the run's worst stage, or its most active one. In listings also damaged: then
    /// nothing else is known but the damage.
    /// </summary>
    public required string State { get; init; }

    public required DateTimeOffset? Created { get; init; }

    public required string? Recipe { get; init; }

    public required string? Labelled { get; init; }

    public required string? Labels { get; init; }

    public required IReadOnlyList<string> Unlabelled { get; init; }

    public required string? Validation { get; init; }

    public required IReadOnlyList<StageAnswer> Stages { get; init; }

    /// <summary>What is damaged; null where nothing is.</summary>
    public string? Damage { get; init; }

    internal static RunAnswer OfListed(Listed<RunStatus> run, ProgressBoard board) =>
        run.Value is { } sound
            ? Of(sound, board)
            : new RunAnswer
            {
                Id = run.Name,
                State = "damaged",
                Created = null,
                Recipe = null,
                Labelled = null,
                Labels = null,
                Unlabelled = [],
                Validation = null,
                Stages = [],
                Damage = run.Damage,
            };

    internal static RunAnswer Of(RunStatus run, ProgressBoard board) =>
        new()
        {
            Id = run.Spec.Id,
            State = Name(StateOf(run)),
            Created = run.Spec.Created,
            Recipe = run.Spec.RecipeName,
            Labelled = run.Spec.Labelled?.ToString(),
            Labels = run.Spec.Labels,
            Unlabelled = [.. run.Spec.Unlabelled.Select(reference => reference.ToString())],
            Validation = run.Spec.Validation?.ToString(),
            Stages = [.. run.Plan.Stages.Select(stage => StageAnswer.Of(run.Spec.Id, stage, run.Stages[stage.Name], board))],
        };

    internal static string Name(StageState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private static StageState StateOf(RunStatus run)
    {
        var states = run.Stages.Values.Select(stage => stage.State).ToHashSet();
        return run.IsCompleted ? StageState.Completed
            : states.Contains(StageState.Running) ? StageState.Running
            : states.Contains(StageState.Failed) ? StageState.Failed
            : states.Contains(StageState.Cancelled) ? StageState.Cancelled
            : states.Contains(StageState.Completed) ? StageState.Running // between two stages
            : StageState.Pending;
    }
}

/// <summary>A stage of a run as its record says.</summary>
public sealed record StageAnswer
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    /// <summary>pending, running, completed, failed or cancelled.</summary>
    public required string State { get; init; }

    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Attempts since the last progress.</summary>
    public required int Attempt { get; init; }

    /// <summary>Why the last attempt ended badly; one line.</summary>
    public required string? Error { get; init; }

    /// <summary>Back-off: not to be tried again before.</summary>
    public required DateTimeOffset? NotBefore { get; init; }

    public required bool CancelRequested { get; init; }

    /// <summary>Step of the last checkpoint.</summary>
    public required long Step { get; init; }

    /// <summary>Folder of the product in the store, once completed.</summary>
    public required string? Artifact { get; init; }

    /// <summary>A few figures of the product.</summary>
    public required JsonElement? Summary { get; init; }

    /// <summary>What the stage said last, where it is running and this replica heard it.</summary>
    public required ProgressAnswer? Progress { get; init; }

    internal static StageAnswer Of(string run, PlannedStage stage, StageRecord record, ProgressBoard board) =>
        new()
        {
            Name = stage.Name,
            Kind = stage.Kind.ToString(),
            State = RunAnswer.Name(record.State),
            Inputs = stage.Inputs,
            Attempt = record.Attempt,
            Error = record.Error,
            NotBefore = record.NotBefore,
            CancelRequested = record.CancelRequested,
            Step = record.Checkpoint?.Step ?? 0,
            Artifact = record.Artifact?.Path,
            Summary = record.Artifact?.Summary,
            Progress = record.State == StageState.Running ? board.Find(run, stage.Name) : null,
        };
}

/// <summary>How far a running stage is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="ImagesPerSecond">Rate.</param>
/// <param name="Metrics">Loss and whatever else the stage measures, by name.</param>
public sealed record ProgressAnswer(long Step, long TotalSteps, double ImagesPerSecond, IReadOnlyDictionary<string, double> Metrics);
