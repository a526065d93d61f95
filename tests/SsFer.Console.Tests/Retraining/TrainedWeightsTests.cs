using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Console.Tests.Retraining;

[Trait("Category", "Slow")]
public sealed class TrainedWeightsTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-weights-");
    private readonly FakeTimeProvider _time = new();
    private readonly FolderArtifactStore _store;
    private readonly Dictionary<string, string> _versions = new(StringComparer.Ordinal);
    private DatasetReference _heldOut = null!;

    public TrainedWeightsTests() => _store = new FolderArtifactStore(_folder.FullName, _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var text in (string[])["faces/1", "faces/2", "others/1", "more/1"])
        {
            _versions[text] = await AddAsync(text.Split('/')[0], text[^1]);
        }

        _heldOut = Parse("faces/1:validation");
    }

    [Theory]
    [InlineData("faces/1:validation", "older")]
    [InlineData("faces/2:validation", "older")]
    [InlineData("faces/1", "older")]
    [InlineData("faces/2:train", "newer")]
    [InlineData("faces/1:test", "newer")]
    [InlineData("others/1:validation", "newer")]
    [InlineData("others/1", "newer")]
    [InlineData("gone/1", "older")] // nobody can tell what its pictures were
    public async Task NewestEncoder_PretrainedOnTheHeldOutFaces_IsPassedOver(string seen, string expected)
    {
        foreach (var labelled in new[] { true, false })
        {
            var kind = labelled ? "labelled" : "unlabelled";
            await PretrainAsync($"{kind}-older", Train, []);
            await PretrainAsync($"{kind}-newer", labelled ? Parse(seen) : Train, labelled ? [] : [Parse("more/1"), Parse(seen)]);

            var encoder = await new TrainedWeights(_store).NewestEncoderAsync(RecipeCatalog.Smoke, _heldOut, Token);

            Assert.Equal($"checkpoints/{kind}-{expected}/weights.safetensors", encoder);
        }
    }

    [Fact]
    public async Task NewestEncoder_WhereEveryOneHasSeenTheHeldOutFaces_IsNone()
    {
        await PretrainAsync("only", labelled: null, [_heldOut]);

        Assert.Null(await new TrainedWeights(_store).NewestEncoderAsync(RecipeCatalog.Smoke, _heldOut, Token));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private DatasetReference Parse(string text)
    {
        var parts = text.Split('/', ':');
        var version = _versions.GetValueOrDefault($"{parts[0]}/{parts[1]}", "0123");
        return new DatasetReference(parts[0], version, parts.ElementAtOrDefault(2));
    }

    private DatasetReference Train => _heldOut with { Split = "train" };

    /// <summary>A version of one picture.</summary>
    private async Task<string> AddAsync(string name, int number)
    {
        var draft = new DatasetDraft
        {
            Name = name,
            Kind = DatasetKind.Raw,
            Classes = [],
        };
        await using var writer = DatasetWriter.Create(_store, draft);
        var item = new DatasetItem
        {
            Key = $"{number}",
            Split = DatasetSplit.Train,
            Source = $"{number}.png",
        };
        await writer.AddAsync(item, Pictures.Png(number), "png", Token);
        return (await writer.CompleteAsync(new Dictionary<string, string>(), Token)).Version;
    }

    /// <summary>A run of which the pre-training is done, an hour after the one before.</summary>
    private async Task PretrainAsync(string run, DatasetReference? labelled, IReadOnlyList<DatasetReference> unlabelled)
    {
        _time.Advance(TimeSpan.FromHours(1));
        var spec = new RunSpec
        {
            Id = run,
            RecipeName = "smoke",
            Recipe = JsonSerializer.Deserialize<JsonElement>(RecipeCatalog.Smoke.ToJson()),
            Labelled = labelled,
            Unlabelled = unlabelled,
            Seed = 1,
            Created = _time.GetUtcNow(),
        };
        var stage = new PlannedStage
        {
            Name = "pretraining",
            Kind = StageKind.Pretraining,
            Inputs = [],
            Parameters = JsonSerializer.SerializeToElement(new { }),
        };
        await new RunStore(_store).CreateAsync(spec, new RunPlan { Stages = [stage] }, Token);
        await using var claim = await new StageLedger(_store, new StageProtocolOptions(), _time).TryClaimAsync(run, stage.Name, Token)
            ?? throw new InvalidOperationException("the stage is not to be had");
        Assert.True(await claim.CompleteAsync(new StageArtifact { Path = $"checkpoints/{run}" }, Token));
    }
}
