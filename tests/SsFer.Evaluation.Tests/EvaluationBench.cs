using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Faces.Imaging;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using SsFer.Stages;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation.Tests;

/// <summary>
/// A folder store with prepared faces, dark and bright, and runs whose fine-tuning is done: its product is a classifier of the
/// test's choice.
/// </summary>
internal sealed class EvaluationBench : IDisposable
{
    public const string FineTune = "finetune";
    public const string Evaluate = "evaluate";
    public const int Dark = 24;
    public const int Bright = 16;

    private const int Side = 32;
    private static readonly string[] Classes = ["dark <&>", "bright"]; // a name that would break a page which did not escape it

    private static readonly Recipe Transformer = RecipeCatalog.Smoke.With(["Execution.Precision=Fp32", "Execution.Threads=1"]);

    private readonly Recipe _recipe;
    private readonly DirectoryInfo _folder;
    private readonly DatasetReference _dataset;

    private EvaluationBench(FakeTimeProvider time, DirectoryInfo folder, DatasetReference dataset, Recipe recipe)
    {
        (Time, _folder, _dataset, _recipe) = (time, folder, dataset, recipe);
        Store = new FaultyStore(new FolderArtifactStore(Path.Combine(folder.FullName, "store")));
        Registry = new ModelRegistry(Store, time);
    }

    public FaultyStore Store { get; }

    public ModelRegistry Registry { get; }

    public FakeTimeProvider Time { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The small residual network in the place of the small transformer.</summary>
    public static Recipe ResNet { get; } = Transformer.With(["Model.Kind=ResNet", "Model.ResNet.Blocks=1"]);

    /// <param name="recipe">Of the classifiers; the small transformer's unless told.</param>
    /// <param name="faces">Of which the first 20 are for training; the <see cref="Dark"/> and <see cref="Bright"/> of 60 are for
    /// validation.</param>
    public static async Task<EvaluationBench> CreateAsync(Recipe? recipe = null, int faces = 60)
    {
        var folder = Directory.CreateTempSubdirectory("ssfer-evaluation-");
        var store = new FolderArtifactStore(Path.Combine(folder.FullName, "store"));
        await using var writer = DatasetWriter.Create(
            store,
            new DatasetDraft
            {
                Name = "shades",
                Kind = DatasetKind.Prepared,
                Size = Side,
                Classes = Classes,
            }
        );
        for (var i = 0; i < faces; i++)
        {
            var dark = i % 20 < 12;
            await writer.AddAsync(
                new DatasetItem
                {
                    Key = $"{i:000}",
                    Split = i < 20 ? DatasetSplit.Train : DatasetSplit.Validation,
                    Label = Classes[dark ? 0 : 1],
                    LabelsByRule = new Dictionary<string, string?> { ["strict"] = i % 3 == 0 ? null : Classes[dark ? 0 : 1] },
                    DuplicateOf = i == 40 ? "000" : null,
                    Source = $"{i}.png",
                },
                Face(i, dark).EncodePng(),
                "png",
                Token
            );
        }

        var manifest = await writer.CompleteAsync(new Dictionary<string, string> { ["detector"] = "none" }, Token);
        await new DatasetCatalog(store).PublishAsync(manifest, Token);
        return new EvaluationBench(new FakeTimeProvider(), folder, new DatasetReference("shades", manifest.Version), recipe ?? Transformer);
    }

    /// <summary>Creates a run whose fine-tuning left this classifier.</summary>
    /// <param name="run">Id of the run.</param>
    /// <param name="classifier">What it left.</param>
    /// <param name="parameters">Of the evaluation.</param>
    /// <param name="learned">Split that it learned from.</param>
    public async Task AddRunAsync(
        string run,
        ShadeClassifier classifier,
        string parameters = """{ "attackFaces": 8, "promotion": {} }""",
        string learned = DatasetSplit.Train
    )
    {
        var spec = new RunSpec
        {
            Id = run,
            RecipeName = "smoke",
            Recipe = JsonSerializer.Deserialize<JsonElement>(_recipe.ToJson()),
            Labelled = _dataset with { Split = learned },
            Unlabelled = [],
            Validation = _dataset with { Split = DatasetSplit.Validation },
            Seed = 4,
            Created = DateTimeOffset.UnixEpoch,
        };
        await new RunStore(Store).CreateAsync(
            spec,
            new RunPlan
            {
                Stages =
                [
                    new PlannedStage
                    {
                        Name = FineTune,
                        Kind = StageKind.FineTuning,
                        Inputs = [],
                        Parameters = JsonSerializer.SerializeToElement(new { }),
                    },
                    new PlannedStage
                    {
                        Name = Evaluate,
                        Kind = StageKind.Evaluation,
                        Inputs = [FineTune],
                        Parameters = JsonSerializer.Deserialize<JsonElement>(parameters),
                    },
                ],
            },
            Token
        );
        await using var claim = await Worker().TryClaimAsync(run, FineTune, Token)
            ?? throw new InvalidOperationException("the stage is not to be had");
        var files = new Dictionary<string, Func<Stream, CancellationToken, Task>>
        {
            [TrainingState.WeightsFile] = (stream, token) => WriteAsync(stream, classifier, token),
        };
        var checkpoint = await new CheckpointWriter(Store).WriteAsync(claim, 1, files, null, Token);
        await claim.SaveCheckpointAsync(checkpoint, Token);
        Assert.True(await claim.CompleteAsync(StageArtifact.From(checkpoint), Token));
    }

    /// <summary>Puts other weights into a published model.</summary>
    public async Task ReplaceWeightsAsync(string model, ShadeClassifier classifier)
    {
        using var buffer = new MemoryStream();
        await WriteAsync(buffer, classifier, Token);
        buffer.Position = 0;
        await Store.PutAsync(ModelCard.WeightsPath(model), buffer, Token);
    }

    /// <summary>Does the evaluation of a run to its end.</summary>
    public async Task<EvaluationSummary> EvaluateAsync(string run)
    {
        await using var claim = await ClaimAsync(run);
        Assert.True(await claim.CompleteAsync(await RunStageAsync(claim), Token));
        return await SummaryAsync(run);
    }

    public async Task<EvaluationSummary> SummaryAsync(string run) =>
        EvaluationSummary.Of((await new RunStore(Store).LoadAsync(run, Token)).Stages[Evaluate])
        ?? throw new InvalidOperationException("no summary");

    public async Task<StageClaim> ClaimAsync(string run) =>
        await Worker().TryClaimAsync(run, Evaluate, Token) ?? throw new InvalidOperationException("the stage is not to be had");

    /// <summary>As another worker takes the stage of one that died: after its heart has stood still for a while.</summary>
    public async Task<StageClaim> TakeOverAsync(string run)
    {
        var worker = Worker();
        Assert.Null(await worker.TryClaimAsync(run, Evaluate, Token));
        Time.Advance(new StageProtocolOptions().StaleAfter + TimeSpan.FromSeconds(1));
        return await worker.TryClaimAsync(run, Evaluate, Token) ?? throw new InvalidOperationException("the stage is not to be had");
    }

    /// <summary>Faces of the bench, and what figures on them rest on.</summary>
    public async Task<EvaluationBasis> BasisAsync(string split)
    {
        var reference = _dataset with { Split = split };
        var faces = await PreparedFaces.OpenAsync(Store, reference, Path.Combine(_folder.FullName, "cache"), Token);
        return new EvaluationBasis(faces, $"shades:{split}", ComputeTarget.Choose("cpu", Precision.Fp32, threads: 1), Seed: 4);
    }

    public Task<StageArtifact> RunStageAsync(StageClaim claim) =>
        new EvaluationStage(
            new StageEnvironment
            {
                Store = Store,
                Cache = Path.Combine(_folder.FullName, "cache"),
                Device = "cpu",
                Time = Time,
            }
        ).RunAsync(claim, Token);

    public async Task<ModelCard> CardAsync(string model) =>
        (await Store.TryReadJsonAsync<ModelCard>(ModelCard.CardPath(model), Token))!.Value;

    /// <summary>Hash of every file of a model, by path.</summary>
    public async Task<SortedDictionary<string, string>> FilesAsync(string model)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var file in Store.ListAsync($"{ModelCard.Folder(model)}/", Token))
        {
            files[file.Path] = Convert.ToHexString(SHA256.HashData(await ReadAsync(file.Path)));
        }

        return files;
    }

    public async Task<byte[]> ReadAsync(string path)
    {
        await using var stream = await Store.OpenReadAsync(path, Token);
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer, Token);
        return buffer.ToArray();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task WriteAsync(Stream stream, ShadeClassifier classifier, CancellationToken cancellationToken)
    {
        var description = new ModelDescription
        {
            Model = _recipe.Model,
            Normalisation = _recipe.Normalisation,
            Classes = classifier.Classes ?? Classes,
        };
        using var weights = classifier.Weights(_recipe);
        await Safetensors.WriteAsync(stream, NamedWeights.Of(weights), description.ToMetadata(), cancellationToken);
    }

    private StageLedger Worker() => new(Store, new StageProtocolOptions(), Time);

    private static Picture Face(int index, bool dark)
    {
        var random = new Random(index);
        var pixels = new byte[Side * Side * 3];
        for (var i = 0; i < Side * Side; i++)
        {
            pixels.AsSpan(3 * i, 3).Fill((byte)((dark ? 40 : 170) + random.Next(60)));
        }

        return new Picture(Side, Side, pixels);
    }
}
