using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Terminal;
using SsFer.Contracts;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Training;

/// <summary>Turns a command line into a run: its complete settings and the stages it takes.</summary>
internal sealed class RunPlanner(CommandSession session, ParseResult arguments)
{
    private readonly List<PlannedStage> _stages = [];

    /// <summary>The preset with its overrides.</summary>
    public Recipe Recipe { get; } =
        RecipeCatalog.Get(arguments.GetValue(TrainingOptions.Recipe)!).With(arguments.GetValue(TrainingOptions.Set) ?? []);

    /// <summary>Adds a stage that goes by parameters of its own.</summary>
    public void Add(StageKind kind, string name, IReadOnlyList<string> inputs, JsonElement parameters) =>
        _stages.Add(
            new PlannedStage
            {
                Name = name,
                Kind = kind,
                Inputs = inputs,
                Parameters = parameters,
            }
        );

    /// <summary>
    /// Adds a stage after those it reads from. <paramref name="weights"/> names a run or a file to start from where it reads from
    /// none.
    /// </summary>
    public async Task AddAsync(
        StageKind kind,
        string name,
        IReadOnlyList<string> inputs,
        string? weights,
        CancellationToken cancellationToken
    )
    {
        var path = weights is null
            ? null
            : await ImportWeightsAsync(
                weights,
                kind == StageKind.FineTuning ? [StageKind.Pretraining, StageKind.FineTuning] : [StageKind.FineTuning],
                cancellationToken
            );
        Add(kind, name, inputs, path is null ? TrainingPlan.NoParameters : TrainingPlan.StartingFrom(path));
    }

    /// <summary>Creates the run, or finds it when the same was asked for before.</summary>
    public async Task<RunStatus> CreateAsync(CancellationToken cancellationToken)
    {
        var datasets = new DatasetResolver(session, Recipe.Model.ImageSize);
        var unlabelled = new List<DatasetReference>();
        foreach (
            var name in (arguments.GetValue(TrainingOptions.Unlabelled) ?? "").Split(
                ',',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
        )
        {
            unlabelled.Add(await datasets.ResolveAsync(name, DatasetSplit.Train, cancellationToken));
        }

        var request = new RunRequest
        {
            Recipe = Recipe,
            Labelled = arguments.GetValue(TrainingOptions.Labelled) is { } labelled
                ? await datasets.ResolveAsync(labelled, DatasetSplit.Train, cancellationToken)
                : null,
            Labels = arguments.GetValue(TrainingOptions.Labelled) is null ? null : arguments.GetValue(TrainingOptions.Labels),
            Unlabelled = unlabelled,
            Validation = arguments.GetValue(TrainingOptions.Validation) is { } validation
                ? await datasets.ResolveAsync(validation, DatasetSplit.Validation, cancellationToken)
                : null,
        };
        if (request is { Labelled: { } faces, Labels: { } budget } && _stages.Any(stage => stage.Kind == StageKind.EmaTeacher))
        {
            var manifest = await new DatasetCatalog(session.Store).ReadManifestAsync(faces.Name, faces.Version, cancellationToken);
            TeacherFaces.Require(
                faces.Name,
                TeacherFaces.WithoutLabel(manifest, faces.Split),
                budget,
                unlabelled.Any(reference => reference != faces)
            );
        }

        var plan = new RunPlan { Stages = _stages };
        var id = arguments.GetValue(TrainingOptions.Run) ?? request.HashWith(plan);
        return await new RunStore(session.Store).CreateAsync(request.ToSpec(id, session.Time.GetUtcNow()), plan, cancellationToken);
    }

    /// <summary>
    /// Path in the store of the weights of a run's finished stage, of the first of the kinds that it has, or of a file, which is
    /// checked and copied under its hash.
    /// </summary>
    private async Task<string> ImportWeightsAsync(string source, IReadOnlyList<StageKind> kinds, CancellationToken cancellationToken)
    {
        if (!File.Exists(source))
        {
            if (
                source.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
                || source.EndsWith(".safetensors", StringComparison.Ordinal)
            )
            {
                throw new UsageException($"there is no weights file '{source}'");
            }

            return await new TrainedWeights(session.Store).OfRunAsync(source, kinds, cancellationToken);
        }

        var bytes = await File.ReadAllBytesAsync(source, cancellationToken);
        using (await Safetensors.ReadAsync(new MemoryStream(bytes), source, cancellationToken))
        {
            var path =
                $"{Containers.Checkpoints}/imported/{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}/{TrainingState.WeightsFile}";
            await session.Store.PutAsync(path, new MemoryStream(bytes), cancellationToken);
            return path;
        }
    }
}
