using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using SsFer.Planning;
using SsFer.Recipes;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Runs;

/// <summary>Hyper-parameters as they are asked for.</summary>
public record RecipeBody
{
    /// <summary>Preset of all hyper-parameters: paper, compact (default) or smoke.</summary>
    public string Recipe { get; init; } = "compact";

    /// <summary>Settings that differ from the preset, by path: <c>{"FineTuning.Epochs": 30}</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> Set { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>How many labels may be used: 10%, 400 or 25/class; all unless told.</summary>
    public string Labels { get; init; } = "100%";

    /// <summary>Further datasets whose labels, if any, are not used: NAME or NAME:split (train unless told).</summary>
    public IReadOnlyList<string> Unlabelled
    {
        get;
        init => field = value.Contains(null!) ? throw new JsonException("unlabelled: null names no dataset") : value;
    } = [];

    /// <summary>
    /// False leaves the EMA teacher out, which learns from faces without a label: for datasets where each has one. Default true.
    /// </summary>
    public bool Teacher { get; init; } = true;

    /// <summary>
    /// When the model goes into production by itself. Where it is left out, a new run has the gate with its default figures, and a run
    /// that exists keeps what it was made with.
    /// </summary>
    public PromotionBody? Promotion { get; init; }

    /// <exception cref="RecipeException">A setting is unknown or out of range.</exception>
    internal Recipe ToRecipe() =>
        RecipeCatalog
            .Get(Recipe)
            .With(Set.OrderBy(setting => setting.Key, StringComparer.Ordinal).Select(setting => $"{setting.Key}={Text(setting.Value)}"));

    private static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(Text)),
            _ => value.GetRawText(),
        };
}

/// <summary>A run as it is asked for.</summary>
public sealed record RunBody : RecipeBody
{
    /// <summary>Name of the run; a hash of what is asked for unless told.</summary>
    public string? Id { get; init; }

    /// <summary>Dataset whose labels may be used: NAME or NAME:split (train unless told).</summary>
    public required string Labelled { get; init; }

    /// <summary>What to evaluate on: NAME:split (validation unless told); without it the run makes no model.</summary>
    public string? Validation { get; init; }

    /// <summary>A run whose encoder to start from; one is pre-trained unless told.</summary>
    public string? Encoder { get; init; }

    /// <exception cref="RecipeException">A setting is unknown or out of range.</exception>
    /// <exception cref="RequestRefusedException">A figure of the gate is out of range.</exception>
    internal RunRequest ToRequest() =>
        new()
        {
            Id = Id,
            Recipe = ToRecipe(),
            Stages = RunRequest.StagesOf(pretrain: Encoder is null, Teacher),
            Labelled = Labelled,
            Labels = Labels,
            Unlabelled = Unlabelled,
            Validation = Validation,
            StartRun = Encoder,
            Evaluation = Promotion?.ToParameters(),
            EvaluationUnlessTold = new PromotionBody().ToParameters(),
        };
}

/// <summary>The gate before production, passed to the evaluation.</summary>
public sealed record PromotionBody
{
    /// <summary>False keeps the model out of production until somebody promotes it. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>By how much accuracy may fall behind that of the model in production, on the same faces. Default 0.01.</summary>
    [Range(0.0, 1.0)]
    public double Margin { get; init; } = 0.01;

    /// <summary>Share of a class's recall in production below which the class counts as collapsed. Default 0.5.</summary>
    [Range(0.0, 1.0)]
    public double Collapse { get; init; } = 0.5;

    /// <summary>Parameters of the evaluation stage.</summary>
    /// <exception cref="RequestRefusedException">A figure is out of range.</exception>
    internal JsonElement ToParameters()
    {
        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(this, new ValidationContext(this), faults, validateAllProperties: true))
        {
            throw RequestRefusedException.Unprocessable($"promotion: {faults[0].ErrorMessage}");
        }

        return Enabled
            ? JsonSerializer.SerializeToElement(new { promotion = new { margin = Margin, collapse = Collapse } })
            : TrainingPlan.NoParameters;
    }
}
