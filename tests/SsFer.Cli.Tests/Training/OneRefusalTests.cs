using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Tests.Training;

/// <summary>What is refused in the terminal and over HTTP: the same line, and nothing is stored.</summary>
[Trait("Category", "Slow")]
public sealed class OneRefusalTests(WaysWithEncoders ways) : IClassFixture<WaysWithEncoders>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--labelled nobody", """{"labelled": "nobody"}""", "nobody")]
    [InlineData("--labelled faces:test", """{"labelled": "faces:test"}""", "has no split 'test'")]
    [InlineData("--labelled faces --validation faces:train", """{"labelled": "faces", "validation": "faces:train"}""", "faces:train")]
    [InlineData("--labelled faces --validation others", """{"labelled": "faces", "validation": "others"}""", "lacks [awe] and has [fear]")]
    [InlineData("--labelled faces --labels many", """{"labelled": "faces", "labels": "many"}""", "labels 'many'")]
    [InlineData("--labelled faces --labels 99/class", """{"labelled": "faces", "labels": "99/class"}""", "ask for at most 16/class")]
    [InlineData("--labelled faces --labels 99", """{"labelled": "faces", "labels": "99"}""", "has only 32")]
    [InlineData("--labelled faces --labels 2/class", """{"labelled": "faces", "labels": "2/class"}""", "FineTuning.BatchSize to at most 4")]
    [InlineData("--labelled faces", """{"labelled": "faces"}""", "no face is left without one")]
    [InlineData("--labelled faces --labels 27", """{"labelled": "faces", "labels": "27"}""", "EmaTeacher.UnlabelledBatch to at most 5")]
    [InlineData(
        "--labelled faces --labels 50% --set Pretraining.BatchSize=64",
        """{"labelled": "faces", "labels": "50%", "set": {"Pretraining.BatchSize": 64}}""",
        "Pretraining.BatchSize to at most 32"
    )]
    [InlineData("--labelled lone --labels 50%", """{"labelled": "lone", "labels": "50%"}""", "the single class [joy]")]
    [InlineData(
        "--labelled faces --labels 50% --set FineTuning.Targets=Votes",
        """{"labelled": "faces", "labels": "50%", "set": {"FineTuning.Targets": "Votes"}}""",
        "learns from votes (FineTuning.Targets) and 'faces:train' has none"
    )]
    [InlineData(
        "--labelled faces --labels 50% --set Method=Flexmach",
        """{"labelled": "faces", "labels": "50%", "set": {"Method": "Flexmach"}}""",
        "there is no semi-supervised method 'Flexmach'"
    )]
    [InlineData(
        "--labelled faces --labels 50% --set Method=FlexMatch",
        """{"labelled": "faces", "labels": "50%", "set": {"Method": "FlexMatch"}}""",
        "a step of FlexMatch takes EmaTeacher.UnlabelledBatch = 56"
    )]
    [InlineData("--labelled faces --encoder gone", """{"labelled": "faces", "encoder": "gone"}""", "there is no run 'gone'")]
    [InlineData(
        "--labelled faces --labels 50% --encoder narrow",
        """{"labelled": "faces", "labels": "50%", "encoder": "narrow"}""",
        "Model.Width=48 instead of"
    )]
    [InlineData(
        "--labelled faces --labels 50% --encoder shifted",
        """{"labelled": "faces", "labels": "50%", "encoder": "shifted"}""",
        "Normalisation.Mean=0.1,0.2,0.3 instead of"
    )]
    [InlineData(
        "--labelled faces --set FineTuning.Epoch=3",
        """{"labelled": "faces", "set": {"FineTuning.Epoch": 3}}""",
        "FineTuning.Epochs"
    )]
    [InlineData(
        "--labelled faces --run aliases --validation faces",
        """{"labelled": "faces", "id": "aliases", "validation": "faces"}""",
        "aliases"
    )]
    public async Task Refusal_OfTheTerminalAndOverHttp_IsTheSameLine(string line, string body, string names)
    {
        var runs = await new RunStore(ways.Terminal).ListAsync(Token).ToListAsync(Token);
        var answer = await ways.PostAsync(body);
        var trained = await ways.TrainAsync("terminal", line);

        var detail = answer.GetProperty("detail").GetString()!;
        Assert.Contains(names, detail, StringComparison.Ordinal);
        Assert.Equal($"error: {detail}", trained.Error.Trim());
        Assert.NotEqual(0, trained.ExitCode);
        Assert.Equal(runs, await new RunStore(ways.Terminal).ListAsync(Token).ToListAsync(Token));
        Assert.Equal(runs, await new RunStore(ways.Console).ListAsync(Token).ToListAsync(Token));
    }
}

/// <summary>As well as the datasets, runs whose encoders do not fit the requests' recipe.</summary>
public sealed class WaysWithEncoders : TwoWays
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var store in (FolderArtifactStore[])[Terminal, Console])
        {
            await AddEncoderAsync(store, "narrow", "Model.Width=48");
            await AddEncoderAsync(store, "shifted", "Normalisation.Mean=0.1,0.2,0.3");
        }
    }

    /// <summary>A run of which the pre-training is done, with a setting that differs from those of the request.</summary>
    private static async Task AddEncoderAsync(FolderArtifactStore store, string run, string setting)
    {
        var spec = new RunSpec
        {
            Id = run,
            RecipeName = "smoke",
            Recipe = JsonSerializer.Deserialize<JsonElement>(RecipeCatalog.Smoke.With([setting]).ToJson()),
            Unlabelled = [],
            Seed = 1,
            Created = DateTimeOffset.UnixEpoch,
        };
        await new RunStore(store).CreateAsync(spec, TrainingPlan.Of([], [StageKind.Pretraining], start: null, evaluation: null), Token);
        await using var claim = await new StageLedger(store, new StageProtocolOptions(), TimeProvider.System).TryClaimAsync(
            run,
            TrainingPlan.Pretraining,
            Token
        );
        Assert.True(await claim!.CompleteAsync(new StageArtifact { Path = $"checkpoints/{run}/pretraining/1-1" }, Token));
    }
}
