namespace SsFer.Recipes;

/// <summary>
/// The documented presets. <c>paper</c> is the defaults of the settings; the others are lists of what they change, each change with
/// its reason, so that no number stands without a source.
/// </summary>
public static class RecipeCatalog
{
    private const string Cpu = "ours: sized for two CPU cores and an hour";
    private const string Tuned = "ours: tuned on FERPlus validation, see decision 7";
    private const string Trial = "ours: see decision 19";
    private const string Minutes = "ours: the whole demo in under four minutes on two CPU cores";
    private const string Drawn = "ours: tuned on the validation split of drawn faces";
    private const string Seconds = "ours: done in seconds";

    private static readonly IReadOnlyList<RecipeLine> CompactChanges =
    [
        new("Model.ImageSize", "48", "ours: FERPlus faces have 48 pixels a side"),
        new("Model.PatchSize", "8", "ours: 36 patches of 48 pixels"),
        new("Model.Width", "192", "ViT-Tiny (timm)"),
        new("Model.Depth", "6", Cpu),
        new("Model.Heads", "3", "ViT-Tiny (timm)"),
        new("Decoder.Width", "96", "ref, Tiny"),
        new("Decoder.Depth", "1", "ref, Tiny"),
        new("Decoder.Heads", "3", "ref, Tiny"),
        new("Normalisation.Mean", "0.508,0.508,0.508", "ours: mean grey of FERPlus's training images"),
        new("Normalisation.Std", "0.255,0.255,0.255", "ours: deviation of FERPlus's training images"),
        new("Pretraining.Epochs", "40", Cpu),
        new("Pretraining.WarmupEpochs", "4", "ours: a tenth of the epochs"),
        new("Pretraining.LearningRate", "0.002", Tuned),
        new("FineTuning.Epochs", "40", Cpu),
        new("FineTuning.FewLabelsEpochs", "200", Cpu),
        new("FineTuning.WarmupEpochs", "2", "ours: a twentieth of the epochs, as in the paper"),
        new("FineTuning.LearningRate", "0.0005", Tuned),
        new("FineTuning.Crop.ScaleMin", "0.6", Tuned),
        new("EmaTeacher.Epochs", "2", Cpu),
        new("EmaTeacher.LearningRate", "0.0003", Tuned),
        new("EmaTeacher.EmaDecay", "0.996", "ours: the average spans a fifth of about 1,200 steps"),
        new("EmaTeacher.UnlabelledWeight", "1", Tuned),
        new("EmaTeacher.Crop.ScaleMin", "0.6", Tuned),
    ];

    private static readonly IReadOnlyList<RecipeLine> DemoChanges =
    [
        new("Model.ImageSize", "48", "as compact"),
        new("Model.PatchSize", "8", "as compact"),
        new("Model.Width", "128", Minutes),
        new("Model.Depth", "4", Minutes),
        new("Model.Heads", "4", Minutes),
        new("Decoder.Width", "64", Minutes),
        new("Decoder.Depth", "1", Minutes),
        new("Decoder.Heads", "2", Minutes),
        new("Normalisation.Mean", "0.526,0.448,0.391", "ours: mean colour of drawn faces"),
        new("Normalisation.Std", "0.204,0.189,0.19", "ours: deviation of drawn faces"),
        new("Pretraining.Epochs", "15", Minutes),
        new("Pretraining.WarmupEpochs", "2", "ours: about a twelfth of the epochs, as in the paper"),
        new("Pretraining.BatchSize", "128", Drawn),
        new("Pretraining.LearningRate", "0.002", Drawn),
        new("Pretraining.Crop.ScaleMin", "0.6", Drawn),
        new("FineTuning.Epochs", "24", Minutes),
        new("FineTuning.FewLabelsEpochs", "30", Minutes),
        new("FineTuning.WarmupEpochs", "2", Minutes),
        new("FineTuning.LearningRate", "0.0015", Drawn),
        new("FineTuning.Crop.ScaleMin", "0.75", Drawn),
        new("EmaTeacher.Epochs", "3", Minutes),
        new("EmaTeacher.LearningRate", "0.0005", Drawn),
        new("EmaTeacher.EmaDecay", "0.99", "ours: the average spans half of about 210 steps"),
        new("EmaTeacher.Threshold", "0.6", Drawn),
        new("EmaTeacher.UnlabelledWeight", "1", "as compact"),
        new("EmaTeacher.Crop.ScaleMin", "0.75", Drawn),
    ];

    private static readonly IReadOnlyList<RecipeLine> ServedChanges =
    [
        new("Model.Kind", "ResNet", Trial),
        new("Model.ResNet.Blocks", "3", Trial),
        new("Model.ImageSize", "48", "as compact"),
        new("Normalisation.Mean", "0.508,0.508,0.508", "as compact"),
        new("Normalisation.Std", "0.255,0.255,0.255", "as compact"),
        new("FineTuning.Epochs", "60", Trial),
        new("FineTuning.FewLabelsEpochs", "200", "as compact"),
        new("FineTuning.WarmupEpochs", "3", "ours: a twentieth of the epochs, as in the paper"),
        new("FineTuning.BatchSize", "128", Trial),
        new("FineTuning.LearningRate", "0.002", Trial),
        new("FineTuning.LabelSmoothing", "0", "ours: votes are smooth already"),
        new("FineTuning.Targets", "Votes", "Barsoum et al. 2016 (arXiv:1608.01041)"),
        new("FineTuning.WeightAverage", "0.999", Trial),
        new("FineTuning.RandAugmentOperations", "2", Trial),
        new("FineTuning.RandAugmentMagnitude", "5", Trial),
        new("FineTuning.Mixing", "Mixup", Trial),
        new("FineTuning.MixAlpha", "0.2", "Mixup (Zhang et al. 2018): 0.1 to 0.4"),
        new("FineTuning.Optimiser.DecayAllParameters", "false", "MAE"),
        new("FineTuning.Crop.ScaleMin", "0.7", Trial),
        new("FineTuning.Crop.RatioMin", "0.85", Trial),
        new("FineTuning.Crop.RatioMax", "1.18", "ours: 1 over the smallest ratio"),
        new("EmaTeacher.Epochs", "2", "as compact"),
        new("EmaTeacher.LearningRate", "0.0003", "as compact"),
        new("EmaTeacher.EmaDecay", "0.996", "as compact"),
        new("EmaTeacher.UnlabelledWeight", "1", "as compact"),
        new("EmaTeacher.Crop.ScaleMin", "0.7", "as in fine-tuning"),
    ];

    private static readonly IReadOnlyList<RecipeLine> SmokeChanges =
    [
        new("Model.ImageSize", "32", Seconds),
        new("Model.PatchSize", "8", Seconds),
        new("Model.Width", "32", Seconds),
        new("Model.Depth", "2", Seconds),
        new("Model.Heads", "2", Seconds),
        new("Decoder.Width", "32", Seconds),
        new("Decoder.Depth", "1", Seconds),
        new("Decoder.Heads", "2", Seconds),
        new("Pretraining.Epochs", "2", Seconds),
        new("Pretraining.WarmupEpochs", "1", Seconds),
        new("Pretraining.BatchSize", "16", Seconds),
        new("Pretraining.LearningRate", "0.001", Seconds),
        new("FineTuning.Epochs", "2", Seconds),
        new("FineTuning.FewLabelsEpochs", "2", Seconds),
        new("FineTuning.WarmupEpochs", "1", Seconds),
        new("FineTuning.BatchSize", "8", Seconds),
        new("FineTuning.LearningRate", "0.0005", Seconds),
        new("EmaTeacher.Epochs", "1", Seconds),
        new("EmaTeacher.LabelledBatch", "8", Seconds),
        new("EmaTeacher.UnlabelledBatch", "8", Seconds),
        new("Execution.CheckpointSteps", "5", "ours: short as it is, a run meets several checkpoints"),
    ];

    /// <summary>Every number of the paper, section 4.2, or of its reference code; ViT-Base at 224 pixels.</summary>
    public static Recipe Paper { get; } = new() { Name = "paper" };

    /// <summary>48-pixel faces on a machine without an accelerator.</summary>
    public static Recipe Compact { get; } = Derive("compact", CompactChanges);

    /// <summary>48-pixel faces for the prediction endpoint: a compact residual network that learns from votes, on a CPU.</summary>
    public static Recipe Served { get; } = Derive("served", ServedChanges);

    /// <summary>Drawn faces, every part of the method within minutes; for <c>ssfer demo</c>.</summary>
    public static Recipe Demo { get; } = Derive("demo", DemoChanges);

    /// <summary>All stages in seconds, to see that they run; learns next to nothing.</summary>
    public static Recipe Smoke { get; } = Derive("smoke", SmokeChanges);

    public static IReadOnlyList<Recipe> All { get; } = [Paper, Compact, Served, Demo, Smoke];

    /// <exception cref="RecipeException">There is no preset of this name.</exception>
    public static Recipe Get(string name) =>
        All.FirstOrDefault(r => r.Name == name)
        ?? throw new RecipeException($"unknown recipe '{name}': there are {string.Join(", ", All.Select(r => r.Name))}");

    /// <summary>
    /// Lines of <see cref="Recipe.Listing"/>: a value of the preset has the preset's source, any other was set for this run.
    /// </summary>
    internal static IReadOnlyList<RecipeLine> List(Recipe recipe)
    {
        var preset = All.FirstOrDefault(r => r.Name == recipe.Name) ?? Paper;
        var changes = recipe.Name switch
        {
            "compact" => CompactChanges,
            "served" => ServedChanges,
            "demo" => DemoChanges,
            "smoke" => SmokeChanges,
            _ => [],
        };
        return
        [
            .. RecipeSchema.Settings.Select(setting =>
            {
                var value = setting.ReadText(recipe);
                var source =
                    value != setting.ReadText(preset)
                        ? "set for this run"
                        : changes.FirstOrDefault(c => c.Path == setting.Path)?.Source ?? setting.Source;
                return new RecipeLine(setting.Path, value, source);
            }),
        ];
    }

    private static Recipe Derive(string name, IReadOnlyList<RecipeLine> changes) =>
        RecipeJson.Replace(Paper with { Name = name }, changes.Select(c => (RecipeSchema.Find(c.Path), c.Value)));
}
