using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace SsFer.Recipes;

/// <summary>
/// Every hyper-parameter of a run. The defaults are the paper's; <see cref="RecipeCatalog"/> holds the presets.
/// </summary>
public sealed record Recipe
{
    /// <summary>The preset this recipe started from.</summary>
    [Source("preset")]
    public required string Name { get; init; }

    /// <summary>All randomness of the run derives from it.</summary>
    [Source("ours: the paper names none")]
    public ulong Seed { get; init; }

    /// <summary>
    /// Share of the labelled faces to learn that get a wrong class, drawn uniformly from the others: how much an error among the labels
    /// costs (paper, Table 8). Faces to measure on keep theirs.
    /// </summary>
    [Source("paper: none but in Table 8"), Range(0, 0.9), OmittedAtDefault]
    public double LabelNoise { get; init; }

    public ModelSettings Model { get; init; } = new();

    public DecoderSettings Decoder { get; init; } = new();

    public Normalisation Normalisation { get; init; } = new();

    public PretrainingSettings Pretraining { get; init; } = new();

    public FineTuningSettings FineTuning { get; init; } = new();

    public EmaTeacherSettings EmaTeacher { get; init; } = new();

    public ExecutionSettings Execution { get; init; } = new();

    /// <summary>
    /// The recipe with settings replaced, each given as <c>Path=Value</c>, such as <c>FineTuning.Epochs=30</c>, <c>Model=Small</c>
    /// for a named model, or <c>Method=FixMatch</c> for a semi-supervised method with its own values; a setting given by itself wins over
    /// such a name. Checked once, after all.
    /// </summary>
    /// <exception cref="RecipeException">A key is unknown, or a value has the wrong type or is out of range.</exception>
    public Recipe With(params IEnumerable<string> assignments)
    {
        ArgumentNullException.ThrowIfNull(assignments);
        var settings = assignments.Select(Split).ToList();
        var batch = settings.FindLast(setting => setting.Path == MethodPresets.LabelledBatch).Value;
        var labelledBatch = int.TryParse(batch, NumberStyles.None, CultureInfo.InvariantCulture, out var own)
            ? own
            : EmaTeacher.LabelledBatch;
        return RecipeJson.Replace(
            this,
            settings
                .OrderBy(setting => setting.Path.Contains('.', StringComparison.Ordinal)) // stable: what stands for several comes first
                .Reverse()
                .DistinctBy(setting => setting.Path) // the last of equal ones, whole: nothing of another method stays
                .Reverse()
                .SelectMany(setting => Expand(setting.Path, setting.Value, labelledBatch))
                .Select(setting => (RecipeSchema.Find(setting.Path), setting.Value))
        );
    }

    /// <summary>Indented JSON with every setting in a fixed order: equal recipes give equal text.</summary>
    public string ToJson() => RecipeJson.Write(this);

    /// <exception cref="RecipeException">The text is not JSON, a key is unknown, missing or repeated, or a value does not fit.</exception>
    public static Recipe FromJson(string json) => RecipeJson.Read(json);

    /// <exception cref="RecipeException">Names the first setting that is out of range or does not fit another.</exception>
    public void Validate() => RecipeValidation.Check(this);

    /// <summary>All settings in a fixed order, each with the source of its value.</summary>
    public IReadOnlyList<RecipeLine> Listing() => RecipeCatalog.List(this);

    private static (string Path, string Value) Split(string assignment)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? throw new RecipeException($"'{assignment}' is not of the form Path=Value, such as FineTuning.Epochs=30")
            : (assignment[..equals].Trim(), assignment[(equals + 1)..].Trim());
    }

    private static IEnumerable<(string Path, string Value)> Expand(string path, string value, int labelledBatch) =>
        path switch
        {
            nameof(Model) => ModelPresets.Settings(value),
            MethodPresets.Key => MethodPresets.Settings(value, labelledBatch),
            _ => [(path, value)],
        };
}

/// <summary>One setting as printed: its path, its value, and where the value comes from.</summary>
public sealed record RecipeLine(string Path, string Value, string Source);

/// <summary>
/// How a run is carried out; does not change what it computes, but for rounding, and for the statistics of a network that normalises by
/// its batch, where a batch is cut in parts.
/// </summary>
public sealed record ExecutionSettings
{
    /// <summary>Largest time between two checkpoints in seconds.</summary>
    [Source("ours: at most this much work is lost"), Range(1, 86_400)]
    public int CheckpointSeconds { get; init; } = 300;

    /// <summary>Largest number of steps between two checkpoints; 0 leaves it to the clock.</summary>
    [Source("ours"), Range(0, int.MaxValue)]
    public int CheckpointSteps { get; init; }

    [Source("ours: the faster of the two, timed at start")]
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Compute threads; 0 takes all cores. A byte-equal resume needs the same number.</summary>
    [Source("ours"), Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>Threads that prepare batches ahead of the training step; 0 takes half the cores.</summary>
    [Source("ours"), Range(0, 1024)]
    public int LoaderThreads { get; init; }

    /// <summary>
    /// Equal micro-batches that a step's batch is computed in, one after the other, so that a large batch fits into memory; divides
    /// the batch of each stage. A network that normalises by its batch does so by each part.
    /// </summary>
    [Source("ours: the whole batch at once"), Range(1, 65_536)]
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>
    /// Keep only the blocks' outputs in the forward pass and compute the rest again in the backward pass: a third more arithmetic, a
    /// fraction of the memory. VGG has no blocks to speak of, and gains nothing.
    /// </summary>
    [Source("ours: for Large and Huge")]
    public bool RecomputeActivations { get; init; }
}

/// <summary>Arithmetic of the matrix products; weights are always kept in single precision.</summary>
public enum Precision
{
    Auto,
    Fp32,
    Bf16,
}
