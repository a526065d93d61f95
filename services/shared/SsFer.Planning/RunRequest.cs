using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Onnx;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>What a run is to learn from and how, its datasets already known by version.</summary>
public sealed record RunRequest
{
    public required Recipe Recipe { get; init; }

    /// <summary>Source of the labelled faces; null for a run that needs none.</summary>
    public DatasetReference? Labelled { get; init; }

    /// <summary>How many of its labels may be used, as <see cref="LabelBudget"/> reads it; null for all.</summary>
    public string? Labels { get; init; }

    /// <summary>Sources of faces whose labels, if any, are not used.</summary>
    public IReadOnlyList<DatasetReference> Unlabelled { get; init; } = [];

    /// <summary>What to evaluate on; null for a run without an evaluation.</summary>
    public DatasetReference? Validation { get; init; }

    /// <summary>Every dataset that the run reads, split by split.</summary>
    public IEnumerable<DatasetReference> Datasets => new[] { Labelled, Validation }.OfType<DatasetReference>().Concat(Unlabelled);

    /// <summary>The run's complete settings.</summary>
    /// <param name="id">Name of the run.</param>
    /// <param name="created">When it was first asked for.</param>
    /// <exception cref="PlanningException">It would be evaluated on what it was trained on, or end with a model that cannot be
    /// published.</exception>
    /// <exception cref="LabelBudgetException">The budget is not understood.</exception>
    /// <exception cref="ArtifactNameException">No model can be called so.</exception>
    public RunSpec ToSpec(string id, DateTimeOffset created)
    {
        // Whatever the versions: a split of another version of the dataset may hold the same pictures.
        if (
            Validation is not null
            && Unlabelled
                .Append(Labelled)
                .Any(other => other is not null && (other.Name, other.Split) == (Validation.Name, Validation.Split))
        )
        {
            throw new PlanningException(
                $"{Validation.Name}:{Validation.Split} is to be both trained and evaluated on: name another split for validation"
            );
        }

        if (Validation is not null)
        {
            ModelPaths.Card(id); // the model takes the run's id: better refused now than after the training
        }

        if (Validation is not null && !OnnxClassifier.Holds(Recipe.Model))
        {
            throw new PlanningException(
                "the model is too large for the ONNX file that an evaluated run ends with (2 GiB): choose a smaller one "
                    + "(Model.*), or train without an evaluation and export the weights"
            );
        }

        return new RunSpec
        {
            Id = id,
            RecipeName = Recipe.Name,
            Recipe = JsonSerializer.Deserialize<JsonElement>(Recipe.ToJson()),
            Labelled = Labelled,
            // The rest of the labelled dataset is among the unlabelled faces anyway
            Unlabelled = [.. Unlabelled.Distinct().Where(reference => reference != Labelled)],
            Validation = Validation,
            Labels = Labelled is null ? null : LabelBudget.Parse(Labels ?? "100%").ToString(),
            Seed = Recipe.Seed,
            Created = created,
        };
    }

    /// <summary>What a run without a name of its own is called: a hash of what it is.</summary>
    /// <exception cref="PlanningException">It would be evaluated on what it was trained on.</exception>
    /// <exception cref="LabelBudgetException">The budget is not understood.</exception>
    public string HashWith(RunPlan plan) => HashOf(new { spec = ToSpec("unnamed", default), plan });

    /// <summary>Twelve hexadecimal digits that stand for a document.</summary>
    public static string HashOf<T>(T document)
        where T : notnull => Convert.ToHexStringLower(SHA256.HashData(ArtifactJson.Serialize(document)))[..12];
}
