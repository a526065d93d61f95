using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Contracts;
using SsFer.Learning.Recipes;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Stages;

namespace SsFer.Cli.Commands.Training;

/// <summary>Turns a command line into a run: its complete settings and the stages it takes.</summary>
internal sealed class RunPlanner(CommandSession session, ParseResult arguments)
{
    private readonly List<PlannedStage> _stages = [];

    /// <summary>The preset with its overrides.</summary>
    public Recipe Recipe { get; } = RecipeCatalog.Get(arguments.GetValue(TrainingOptions.Recipe)!).With(arguments.GetValue(TrainingOptions.Set) ?? []);

    /// <summary>Adds a stage after those it reads from. <paramref name="weights"/> names a run or a file to start from where it reads from none.</summary>
    public async Task AddAsync(StageKind kind, string name, IReadOnlyList<string> inputs, string? weights, CancellationToken cancellationToken)
    {
        string? path = weights is null ? null : await ImportWeightsAsync(weights, kind == StageKind.FineTuning ? [StageKind.Pretraining, StageKind.FineTuning] : [StageKind.FineTuning], cancellationToken);
        _stages.Add(new PlannedStage
        {
            Name = name,
            Kind = kind,
            Inputs = inputs,
            Parameters = JsonSerializer.SerializeToElement(path is null ? [] : new Dictionary<string, string> { [StageWeights.InitialParameter] = path }),
        });
    }

    /// <summary>Creates the run, or finds it when the same was asked for before.</summary>
    public async Task<RunStatus> CreateAsync(CancellationToken cancellationToken)
    {
        var datasets = new DatasetResolver(session, Recipe.Model.ImageSize);
        var unlabelled = new List<DatasetReference>();
        foreach (string name in (arguments.GetValue(TrainingOptions.Unlabelled) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            unlabelled.Add(await datasets.ResolveAsync(name, DatasetSplit.Train, cancellationToken));
        var labelled = arguments.GetValue(TrainingOptions.Labelled) is { } labelledName ? await datasets.ResolveAsync(labelledName, DatasetSplit.Train, cancellationToken) : null;
        var validation = arguments.GetValue(TrainingOptions.Validation) is { } validationName ? await datasets.ResolveAsync(validationName, DatasetSplit.Validation, cancellationToken) : null;
        if (validation is not null && (validation == labelled || unlabelled.Contains(validation)))
            throw new UsageException($"{validation.Name}:{validation.Split} is to be both trained and evaluated on: name another split with --validation");
        var spec = new RunSpec
        {
            Id = "unnamed",
            RecipeName = Recipe.Name,
            Recipe = JsonSerializer.Deserialize<JsonElement>(Recipe.ToJson()),
            Labelled = labelled,
            Unlabelled = [.. unlabelled.Distinct().Where(reference => reference != labelled)], // the rest of the labelled dataset is among the unlabelled faces anyway
            Validation = validation,
            Labels = LabelBudget(),
            Seed = Recipe.Seed,
            Created = default,
        };
        var plan = new RunPlan { Stages = _stages };
        spec = spec with { Id = arguments.GetValue(TrainingOptions.Run) ?? HashOf(spec, plan), Created = session.Time.GetUtcNow() };
        return await new RunStore(session.Store).CreateAsync(spec, plan, cancellationToken);
    }

    private string? LabelBudget() =>
        arguments.GetValue(TrainingOptions.Labelled) is null ? null : Learning.Sampling.LabelBudget.Parse(arguments.GetValue(TrainingOptions.Labels)!).ToString();

    /// <summary>The run without a name of its own is named by what it is.</summary>
    private static string HashOf(RunSpec spec, RunPlan plan) =>
        Convert.ToHexStringLower(SHA256.HashData(ArtifactJson.Serialize(new { spec, plan })))[..12];

    /// <summary>Path in the store of the weights of a run's finished stage, of the first of the kinds that it has, or of a file, which is checked and copied under its hash.</summary>
    private async Task<string> ImportWeightsAsync(string source, IReadOnlyList<StageKind> kinds, CancellationToken cancellationToken)
    {
        if (!File.Exists(source))
        {
            if (source.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || source.EndsWith(".safetensors", StringComparison.Ordinal))
                throw new UsageException($"there is no weights file '{source}'");
            if (await new RunStore(session.Store).TryLoadAsync(source, cancellationToken) is not { } run)
                throw new UsageException($"'{source}' is neither a weights file nor a run: ssfer runs list shows the runs");
            var trained = kinds
                .Select(kind => run.Plan.Stages.LastOrDefault(stage => stage.Kind == kind && run.Stages[stage.Name].State == StageState.Completed))
                .FirstOrDefault(stage => stage is not null)
                ?? throw new UsageException($"run {source} has no finished stage to start from: ssfer runs show {source}");
            return $"{run.Stages[trained.Name].Artifact!.Path}/{TrainingState.WeightsFile}";
        }

        byte[] bytes = await File.ReadAllBytesAsync(source, cancellationToken);
        using (await Safetensors.ReadAsync(new MemoryStream(bytes), source, cancellationToken))
        {
            string path = $"{Containers.Checkpoints}/imported/{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}/{TrainingState.WeightsFile}";
            await session.Store.PutAsync(path, new MemoryStream(bytes), cancellationToken);
            return path;
        }
    }
}
