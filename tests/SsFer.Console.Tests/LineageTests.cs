using System.Text.Json;
using SsFer.Artifacts.Datasets;
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

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<string?> SeenAsync(string run, string dataset, string version, string split = "validation") =>
        new Lineage(_store).SeenAsync(
            $"checkpoints/{run}/fine-tuning/1-1/weights.safetensors",
            new DatasetReference(dataset, version, split),
            Token
        );

    private async Task RunAsync(string id, DatasetReference unlabelled, string? start)
    {
        var spec = new RunSpec
        {
            Id = id,
            RecipeName = "smoke",
            Recipe = JsonSerializer.Deserialize<JsonElement>(RecipeCatalog.Smoke.ToJson()),
            Unlabelled = [unlabelled],
            Seed = 1,
            Created = DateTimeOffset.UnixEpoch,
        };
        var kind = start is null ? StageKind.Pretraining : StageKind.FineTuning;
        await new RunStore(_store).CreateAsync(spec, TrainingPlan.Of([], [kind], start, evaluation: null), Token);
    }

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
