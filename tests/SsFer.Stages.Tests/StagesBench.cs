using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Stages.Tests;

/// <summary>A folder store with a small dataset of prepared faces.</summary>
internal sealed class StagesBench : IDisposable
{
    public const int Side = 16;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-stages-");

    public StagesBench() => Store = new FolderArtifactStore(Path.Combine(_folder.FullName, "store"));

    public FolderArtifactStore Store { get; }

    public string Cache => Path.Combine(_folder.FullName, "cache");

    /// <summary>Writes faces of two classes; every fourth is unlabelled, every fifth grey, every tenth of validation.</summary>
    /// <param name="name">Of the dataset.</param>
    /// <param name="count">How many.</param>
    /// <param name="kind">Of the dataset.</param>
    /// <param name="firstPicture">Number of the raw picture that the first face was cut from; null where the pictures are not
    /// known.</param>
    /// <param name="repeatEvery">After how many the raw pictures repeat.</param>
    /// <param name="picture">Makes the faces; <see cref="PictureOf"/> unless given.</param>
    /// <param name="detector">That the version says found them; none is told unless given.</param>
    /// <param name="labels">False leaves every label out.</param>
    public async Task<DatasetReference> WriteAsync(
        string name,
        int count,
        DatasetKind kind = DatasetKind.Prepared,
        int? firstPicture = null,
        int repeatEvery = int.MaxValue,
        Func<int, Picture>? picture = null,
        string? detector = null,
        bool labels = true
    )
    {
        var draft = new DatasetDraft
        {
            Name = name,
            Kind = kind,
            Size = kind == DatasetKind.Prepared ? Side : null,
            Classes = ["sad", "happy"],
            Provenance = detector is null ? new Dictionary<string, string>() : new() { [PreparationProvenance.Detector] = detector },
        };
        await using var writer = DatasetWriter.Create(Store, draft);
        for (var i = 0; i < count; i++)
        {
            var label =
                !labels || i % 4 == 3 ? null
                : i % 2 == 0 ? "sad"
                : "happy";
            await writer.AddAsync(
                new DatasetItem
                {
                    Key = $"{i:00000}",
                    Split = i % 10 == 9 ? DatasetSplit.Validation : DatasetSplit.Train,
                    Label = label,
                    LabelsByRule = new Dictionary<string, string?> { ["strict"] = i % 3 == 0 ? label : null },
                    Votes = (i % 4) switch
                    {
                        0 => new Dictionary<string, int>
                        {
                            ["happy"] = 2,
                            ["sad"] = 7,
                            ["unknown"] = 1,
                        },
                        2 => new Dictionary<string, int> { ["unknown"] = 10 },
                        _ => null,
                    },
                    Box = i % 2 == 0 ? [4, 4, 12, 12] : null,
                    DuplicateOf = i == 5 ? "00001" : null,
                    PixelHash = firstPicture is { } first ? $"hash of {(first + i) % repeatEvery}" : null,
                    Source = $"{i}.png",
                },
                (picture ?? PictureOf)(i).EncodePng(),
                "png",
                TestContext.Current.CancellationToken
            );
        }

        var manifest = await writer.CompleteAsync(new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        return new DatasetReference(name, manifest.Version);
    }

    public static Picture PictureOf(int index)
    {
        var pixels = new byte[Side * Side * 3];
        new Random(index).NextBytes(pixels);
        if (index % 5 == 0)
        {
            for (var i = 0; i < pixels.Length; i += 3)
            {
                pixels[i + 1] = pixels[i + 2] = pixels[i];
            }
        }

        return new Picture(Side, Side, pixels);
    }

    public static RunSpec Spec(string id, DatasetReference? labelled, string labels, params DatasetReference[] unlabelled) =>
        new()
        {
            Id = id,
            RecipeName = "smoke",
            Recipe = JsonSerializer.Deserialize<JsonElement>(RecipeCatalog.Smoke.ToJson()),
            Labelled = labelled,
            Unlabelled = unlabelled,
            Labels = labels,
            Seed = 3,
            Created = default,
        };

    /// <summary>Claims the first stage of a run that is not done yet, making the run where there is none.</summary>
    public async Task<StageClaim> ClaimAsync(RunSpec spec, params StageKind[] stages)
    {
        var planned = stages.Select((kind, place) => Planned($"{kind}", kind, place == 0 ? [] : [$"{stages[place - 1]}"])).ToList();
        var run = await new RunStore(Store).CreateAsync(spec, new RunPlan { Stages = planned }, TestContext.Current.CancellationToken);
        var next = planned.First(stage => run.Stages[stage.Name].State != StageState.Completed);
        return await new StageLedger(Store, new StageProtocolOptions(), TimeProvider.System).TryClaimAsync(
            spec.Id,
            next.Name,
            TestContext.Current.CancellationToken
        ) ?? throw new InvalidOperationException($"{next.Name} is not to be had");
    }

    public static PlannedStage Planned(string name, StageKind kind, params string[] inputs) =>
        new()
        {
            Name = name,
            Kind = kind,
            Inputs = inputs,
            Parameters = JsonSerializer.SerializeToElement(new { }),
        };

    public void Dispose() => _folder.Delete(recursive: true);
}
