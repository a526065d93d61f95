using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Console.Tests;

public sealed class TrainedWeightsTests : IDisposable
{
    private static readonly DatasetReference HeldOut = new("faces", "1", "validation");
    private static readonly DatasetReference Train = HeldOut with { Split = "train" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-weights-");
    private readonly FakeTimeProvider _time = new();
    private readonly FolderArtifactStore _store;

    public TrainedWeightsTests() => _store = new FolderArtifactStore(_folder.FullName, _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("faces/1:validation", "older")]
    [InlineData("faces/2:validation", "older")]
    [InlineData("faces/1", "older")]
    [InlineData("faces/2:train", "newer")]
    [InlineData("faces/1:test", "newer")]
    [InlineData("others/1:validation", "newer")]
    [InlineData("others/1", "newer")]
    public async Task NewestEncoder_PretrainedOnTheHeldOutFaces_IsPassedOver(string seen, string expected)
    {
        foreach (var labelled in new[] { true, false })
        {
            var kind = labelled ? "labelled" : "unlabelled";
            await PretrainAsync($"{kind}-older", Train, []);
            await PretrainAsync(
                $"{kind}-newer",
                labelled ? Parse(seen) : Train,
                labelled ? [] : [new DatasetReference("more", "1"), Parse(seen)]
            );

            var encoder = await new TrainedWeights(_store).NewestEncoderAsync(RecipeCatalog.Smoke, HeldOut, Token);

            Assert.Equal($"checkpoints/{kind}-{expected}/weights.safetensors", encoder);
        }
    }

    [Fact]
    public async Task NewestEncoder_WhereEveryOneHasSeenTheHeldOutFaces_IsNone()
    {
        await PretrainAsync("only", labelled: null, [HeldOut]);

        Assert.Null(await new TrainedWeights(_store).NewestEncoderAsync(RecipeCatalog.Smoke, HeldOut, Token));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static DatasetReference Parse(string text)
    {
        var parts = text.Split('/', ':');
        return new DatasetReference(parts[0], parts[1], parts.ElementAtOrDefault(2));
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
