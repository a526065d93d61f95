using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Console.Tests;

public sealed class LineageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-lineage-");
    private readonly FolderArtifactStore _store;

    public LineageTests() => _store = new FolderArtifactStore(_folder.FullName);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seen_ByAnAncestorOfAnAncestor_NamesThatRun()
    {
        await RunAsync("a", new DatasetReference("faces", "1", "validation"), start: null);
        await RunAsync("b", new DatasetReference("more", "1", "train"), start: "checkpoints/a/pretraining/1-1/weights.safetensors");
        await RunAsync("c", new DatasetReference("more", "1", "train"), start: "checkpoints/b/fine-tuning/1-1/weights.safetensors");

        Assert.Equal("run a learned from faces:validation, which holds faces:validation", await SeenAsync("c", "faces", "2"));
        Assert.Null(await SeenAsync("c", "faces", "2", split: "test"));
    }

    [Fact]
    public async Task Seen_UnderAnotherName_IsToldByThePixels()
    {
        var held = await AddAsync("faces", ("p", "train"), ("q", "validation"), ("r", "validation"));
        var copy = await AddAsync("copy", ("q", "train"), ("x", "train"));
        await RunAsync("a", new DatasetReference("copy", copy, "train"), start: null);

        Assert.Equal("run a learned from copy:train, which has 1 of the pictures of faces:validation", await SeenAsync("a", "faces", held));
    }

    [Fact]
    public async Task Seen_WhatTheOwnerHasInBothSplits_TellsNothing()
    {
        var held = await AddAsync("faces", ("p", "train"), ("p", "validation"), ("r", "validation"));
        var copy = await AddAsync("copy", ("p", "train"));
        await RunAsync("a", new DatasetReference("copy", copy, "train"), start: null);

        Assert.Null(await SeenAsync("a", "faces", held));
    }

    [Fact]
    public async Task Seen_AnImportAnewWithAnotherHoldOut_IsToldByThePixels()
    {
        var before = await AddAsync("faces", ("p", "train"), ("q", "train"), ("r", "validation"));
        var now = await AddAsync("faces", ("p", "train"), ("q", "validation"), ("r", "train"));
        await RunAsync("a", new DatasetReference("faces", before, "train"), start: null);

        Assert.Contains("has 1 of the pictures", await SeenAsync("a", "faces", now), StringComparison.Ordinal);
        Assert.Null(await SeenAsync("a", "faces", before));
    }

    [Fact]
    public async Task Seen_WhereTheRunHeldOutAnotherImportsFaces_IsWhatItDidNotLeaveOut()
    {
        var before = await AddAsync("faces", ("x", "train"), ("p", "validation"));
        var now = await AddAsync("faces", ("x", "train"), ("p", "validation"), ("q", "validation"));
        var copy = await AddAsync("copy", ("p", "train"), ("q", "train"));
        await RunAsync("a", new DatasetReference("copy", copy, "train"), null, new DatasetReference("faces", before, "validation"));

        Assert.Null(await SeenAsync("a", "faces", before));
        Assert.Equal("run a learned from copy:train, which has 1 of the pictures of faces:validation", await SeenAsync("a", "faces", now));
    }

    [Fact]
    public async Task Seen_ByAFileThatWasGivenBack_IsWhatItsMetadataTell()
    {
        var held = await AddAsync("faces", ("p", "train"), ("q", "validation"));
        var copy = await AddAsync("copy", ("q", "train"));
        var learned = WeightsLineage.Nothing.After(Spec("far", new DatasetReference("copy", copy, "train")));
        var file = await ImportAsync(learned.ToMetadata());
        await RunAsync("a", new DatasetReference("faces", held, "train"), file);

        var expected = "run far learned from copy:train, which has 1 of the pictures of faces:validation";
        Assert.Equal(new SeenFaces(expected, null), await FindAsync(file, "faces", held));
        Assert.Equal(expected, await SeenAsync("a", "faces", held));
    }

    [Fact]
    public async Task Seen_WhatNothingTells_IsSaid()
    {
        var held = await AddAsync("faces", ("p", "train"), ("q", "validation"));
        var gone = WeightsLineage.Nothing.After(Spec("far", new DatasetReference("copy", "0123", "train")));
        // A run of this name is not taken for the one that made imported weights.
        await RunAsync("imported", new DatasetReference("faces", held, "train"), start: null);
        var silent = await FindAsync(await ImportAsync(), "faces", held);
        var far = await FindAsync(await ImportAsync(gone.ToMetadata()), "faces", held);

        Assert.Equal(new SeenFaces(null, "what the weights learned from in the beginning is not known"), silent);
        Assert.Equal(new SeenFaces(null, "run far learned from copy/0123:train, which is no longer in the store"), far);
        Assert.Equal(new SeenFaces(null, null), await FindAsync("checkpoints/imported/pretraining/1-1/weights.safetensors", "faces", held));
    }

    [Fact]
    public async Task Count_OfAFaceThatTwoRunsLearned_NamesBoth()
    {
        var faces = await AddAsync("faces", ("p", "train"), ("q", "validation"), ("r", "validation"));
        var copy = await AddAsync("copy", ("q", "train"), ("s", "train"));
        await RunAsync("a", new DatasetReference("copy", copy, "train"), start: null);
        await RunAsync("b", new DatasetReference("faces", faces), "checkpoints/a/pretraining/1-1/weights.safetensors");
        var lineage = new Lineage(_store);
        var learned = await lineage.OfAsync("models/b/weights.safetensors", Token);

        Assert.Equal(
            [new LearnedCount("b", "faces:all splits", 2), new LearnedCount("a", "copy:train", 1)],
            await lineage.CountAsync(learned, new DatasetReference("faces", faces, "validation"), Token)
        );
        Assert.Equal(
            [new LearnedCount("b", "faces:all splits", 1)],
            await lineage.CountAsync(learned, new DatasetReference("faces", faces, "train"), Token)
        );
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<string?> SeenAsync(string run, string dataset, string version, string split = "validation") =>
        (await FindAsync($"checkpoints/{run}/fine-tuning/1-1/weights.safetensors", dataset, version, split)).How;

    private async Task<SeenFaces> FindAsync(string weights, string dataset, string version, string split = "validation")
    {
        var lineage = new Lineage(_store);
        return await lineage.SeenAsync(await lineage.OfAsync(weights, Token), new DatasetReference(dataset, version, split), Token);
    }

    private async Task RunAsync(string id, DatasetReference unlabelled, string? start, DatasetReference? validation = null)
    {
        var spec = Spec(id, unlabelled) with { Validation = validation };
        var kind = start is null ? StageKind.Pretraining : StageKind.FineTuning;
        await new RunStore(_store).CreateAsync(spec, TrainingPlan.Of([], [kind], start, evaluation: null), Token);
    }

    private Task<string> ImportAsync(params KeyValuePair<string, string>[] metadata) =>
        ImportedWeights.PutAsync(_store, [1, 2, 3], metadata.ToDictionary(), Token);

    private static RunSpec Spec(string id, DatasetReference unlabelled) =>
        new()
        {
            Id = id,
            RecipeName = "smoke",
            Recipe = JsonSerializer.Deserialize<JsonElement>(RecipeCatalog.Smoke.ToJson()),
            Unlabelled = [unlabelled],
            Seed = 1,
            Created = DateTimeOffset.UnixEpoch,
        };

    /// <summary>A version of pictures whose pixels are told by a word.</summary>
    private async Task<string> AddAsync(string name, params (string Pixels, string Split)[] pictures)
    {
        var draft = new DatasetDraft
        {
            Name = name,
            Kind = DatasetKind.Raw,
            Classes = [],
        };
        await using var writer = DatasetWriter.Create(_store, draft);
        foreach (var (number, (pixels, split)) in pictures.Index())
        {
            await writer.AddAsync(
                new DatasetItem
                {
                    Key = $"{number}",
                    Split = split,
                    PixelHash = pixels,
                    Source = $"{number}.png",
                },
                Pictures.Png(number),
                "png",
                Token
            );
        }

        return (await writer.CompleteAsync(new Dictionary<string, string>(), Token)).Version;
    }
}
