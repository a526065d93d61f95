using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>A run whose datasets and starting weights are found: what is checked, named and ordered.</summary>
public sealed record RunDraft
{
    public required Recipe Recipe { get; init; }

    /// <summary>The training stages, in their order.</summary>
    public required IReadOnlyList<StageKind> Stages { get; init; }

    /// <summary>Source of the labelled faces; null for a run that needs none.</summary>
    public FaceVersion? Labelled { get; init; }

    /// <summary>How many of its labels may be used, as <see cref="LabelBudget"/> reads it; null for all.</summary>
    public string? Labels { get; init; }

    /// <summary>Sources of faces whose labels, if any, are not used.</summary>
    public IReadOnlyList<FaceVersion> Unlabelled { get; init; } = [];

    /// <summary>What to evaluate on; null for a run without an evaluation.</summary>
    public FaceVersion? Validation { get; init; }

    /// <summary>Path in the store of weights that the first stage starts from; null for none.</summary>
    public string? Start { get; init; }

    /// <summary>Which stage that was asked for the run has not, and why; null where it has them all.</summary>
    public string? StagesNote { get; init; }

    /// <summary>What should be known of <see cref="Start"/>; null for nothing.</summary>
    public string? StartNote { get; init; }

    /// <summary>See <see cref="RunRequest.Evaluation"/>.</summary>
    public JsonElement? Evaluation { get; init; }

    /// <summary>See <see cref="RunRequest.EvaluationUnlessTold"/>.</summary>
    public JsonElement? EvaluationUnlessTold { get; init; }

    /// <summary>Whether further labels come before the run: those that are there need not be enough yet.</summary>
    public bool LabelsToCome { get; init; }

    /// <summary>Every dataset that the run reads, split by split.</summary>
    public IEnumerable<FaceVersion> Faces => new[] { Labelled, Validation }.OfType<FaceVersion>().Concat(Unlabelled);

    /// <summary>What people should know before the run begins.</summary>
    public IEnumerable<string> Notes => Faces.Select(faces => faces.Note).Append(StagesNote).Append(StartNote).OfType<string>().Distinct();

    /// <summary>The rest of the labelled dataset is among the unlabelled faces anyway; what is named twice counts once.</summary>
    public IReadOnlyList<FaceVersion> OtherUnlabelled =>
        [.. Unlabelled.DistinctBy(faces => faces.Reference).Where(faces => faces.Reference != Labelled?.Reference)];

    public LabelBudget Budget => LabelBudget.Parse(Labels ?? "100%");

    /// <summary>
    /// Hash of what the run is: the same for the same request wherever it is made and however far its datasets are prepared. What
    /// becomes of the finished model (the gate before production) is no part of it.
    /// </summary>
    /// <exception cref="LabelBudgetException">The budget is not understood.</exception>
    public string Identity =>
        HashOf(
            new
            {
                recipe = JsonSerializer.Deserialize<JsonElement>(Recipe.ToJson()),
                stages = Stages,
                labelled = Labelled?.Identity,
                labels = Labelled is null ? null : Budget.ToString(),
                unlabelled = OtherUnlabelled.Select(faces => faces.Identity).Order(StringComparer.Ordinal),
                validation = Validation?.Identity,
                start = Start,
            }
        );

    /// <summary>The run's complete settings, its plan and its name.</summary>
    /// <param name="id">Name of the run; null for its identity.</param>
    /// <param name="created">When it was first asked for.</param>
    public RunOrder ToOrder(string? id, DateTimeOffset created)
    {
        var identity = Identity;
        JsonElement? evaluation = Validation is null ? null : Evaluation ?? EvaluationUnlessTold ?? TrainingPlan.NoParameters;
        return new RunOrder
        {
            Identity = identity,
            Spec = new RunSpec
            {
                Id = id ?? identity,
                RecipeName = Recipe.Name,
                Recipe = JsonSerializer.Deserialize<JsonElement>(Recipe.ToJson()),
                Labelled = Labelled?.Reference,
                Unlabelled = [.. OtherUnlabelled.Select(faces => faces.Reference)],
                Validation = Validation?.Reference,
                Labels = Labelled is null ? null : Budget.ToString(),
                Seed = Recipe.Seed,
                Created = created,
            },
            Plan = TrainingPlan.Of(FaceVersion.Preparations(Faces), Stages, Start, evaluation),
        };
    }

    /// <summary>Twelve hexadecimal digits that stand for a document.</summary>
    public static string HashOf<T>(T document)
        where T : notnull => Convert.ToHexStringLower(SHA256.HashData(ArtifactJson.Serialize(document)))[..12];
}
