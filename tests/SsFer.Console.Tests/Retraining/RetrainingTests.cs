using System.Net.Http.Json;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Console.Labels;
using SsFer.Console.Retraining;
using SsFer.Contracts;

namespace SsFer.Console.Tests.Retraining;

/// <summary>When labels make a run, and which.</summary>
public sealed class RetrainingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_AreEnough_MakeAVersionAndARun()
    {
        await using var host = await RetrainingConsole.StartAsync((RetrainingConsole.Minimum, "2"));
        var before = await host.Catalog.GetAsync("faces", Token);

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(1), "fear"), (Pictures.Key(2), "joy")), 201);

        await ConsoleHost.UntilAsync(async () => (await host.Catalog.GetAsync("faces", Token)).Raw != before.Raw);
        var after = await host.Catalog.GetAsync("faces", Token);
        var run = await host.Runs.LoadAsync(Assert.Single(await host.RunIdsAsync()), Token);
        Assert.Equal(new DatasetReference("faces", after.Prepared[32], "train"), run.Spec.Labelled);
        Assert.Equal(new DatasetReference("faces", before.Prepared[32], "validation"), run.Spec.Validation);
        Assert.Equal("joy", (await host.ItemsAsync(after.Prepared[32]))[Pictures.Key(0)].Label);
        Assert.Equal("joy", (await host.ItemsAsync(after.Raw!))[Pictures.Key(2)].Label);
        Assert.Equal("fear", (await host.ItemsAsync(before.Raw!))[Pictures.Key(2)].Label);
        var manifest = await host.Catalog.ReadManifestAsync("faces", after.Prepared[32], Token);
        Assert.Equal((after.Raw, before.Raw), (manifest.Provenance["rawVersion"], manifest.Provenance["retrainedFrom"]));
        Assert.Equal(0, (await host.GetAsync("/api/datasets/faces/retraining")).GetProperty("waitingLabels").GetInt32());
    }

    /// <summary>As a run of the same settings that is asked for.</summary>
    [Fact]
    public async Task Labels_OfAMethodThatLearnsThemItself_MakeARunWithoutFineTuning()
    {
        await using var host = await RetrainingConsole.StartAsync((RetrainingConsole.Minimum, "1"));
        await host.SetRetrainingAsync(("Method", "FixMatch"), ("EmaTeacher.UnlabelledBatch", 4));

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await host.LookAsync();

        var run = await host.Runs.LoadAsync(Assert.Single(await host.RunIdsAsync()), Token);
        Assert.Equal(
            [StageKind.Pretraining, StageKind.EmaTeacher, StageKind.Evaluation],
            run.Plan.Stages.Select(stage => stage.Kind).Where(kind => kind != StageKind.FaceDetection)
        );
    }

    [Fact]
    public async Task Labels_TooFew_WaitForADayAndNoLonger()
    {
        await using var host = await RetrainingConsole.StartAsync();
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await host.LookAsync();
        Assert.Empty(await host.RunIdsAsync());
        Assert.Equal(1, (await host.GetAsync("/api/datasets/faces/retraining")).GetProperty("waitingLabels").GetInt32());

        host.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        await host.LookAsync();
        Assert.Empty(await host.RunIdsAsync());

        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.LookAsync();
        Assert.Single(await host.RunIdsAsync());
    }

    [Fact]
    public async Task Labels_OfAnEarlierVersion_AreNotCountedAgain()
    {
        await using var host = await RetrainingConsole.StartAsync((RetrainingConsole.Minimum, "2"));
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy"), (Pictures.Key(1), "joy")), 201);
        await host.LookAsync();
        await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(3), "fear")), 201);
        await host.LookAsync();
        Assert.Single(await host.RunIdsAsync());

        await Answer.ReadAsync(await host.LabelAsync("three", (Pictures.Key(1), "fear")), 201);
        await host.LookAsync();

        Assert.Equal(2, (await host.RunIdsAsync()).Count);
        var items = await host.ItemsAsync((await host.Catalog.GetAsync("faces", Token)).Raw!);
        Assert.Equal(("joy", "fear"), (items[Pictures.Key(0)].Label, items[Pictures.Key(1)].Label));
    }

    [Fact]
    public async Task Retraining_TriggeredTenTimesAtOnceAtTwoReplicas_IsOneRun()
    {
        await using var host = await RetrainingConsole.StartAsync(
            (RetrainingConsole.Minimum, "1"),
            ("Retraining:LookInterval", "1.00:00:00")
        );
        await using var replica = await ConsoleHost.StartAsync(host.Store, host.Time, (RetrainingConsole.Minimum, "1"));
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);

        var runs = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(number => (number % 2 == 0 ? host : replica).Get<Retrainer>().ConsiderAsync("faces", Token))
        );

        Assert.Single(await host.RunIdsAsync());
        Assert.True(runs.Distinct().Count(run => run is not null) <= 1);
    }

    [Fact]
    public async Task Labels_WhoseMessageWasLost_AreFoundWithinAMinute()
    {
        await using var host = await RetrainingConsole.StartAsync((RetrainingConsole.Minimum, "1"));
        await host.Store.TryPutJsonIfAbsentAsync(
            LabelBatch.PathOf("faces", "silent"),
            new LabelBatch
            {
                Key = "silent",
                Content = "",
                Added = host.Time.GetUtcNow(),
                CheckedAgainst = "",
                Labels = [new StoredLabel(Pictures.Key(0), "joy")],
            },
            Token
        );

        await ConsoleHost.UntilAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            return (await host.RunIdsAsync()).Count > 0;
        });
    }

    [Fact]
    public async Task Retraining_WithAFittingEncoder_StartsFromTheNewest()
    {
        await using var host = await RetrainingConsole.StartAsync((RetrainingConsole.Minimum, "1"));
        await EncoderAsync(host, "old", "smoke");
        host.Time.Advance(TimeSpan.FromHours(1));
        await EncoderAsync(host, "new", "smoke");
        host.Time.Advance(TimeSpan.FromHours(1));
        await EncoderAsync(host, "larger", "smoke", ("Model.Depth", 4));

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await host.LookAsync();

        var id = (await host.RunIdsAsync()).Except(["old", "new", "larger"]).Single();
        var plan = (await host.Runs.LoadAsync(id, Token)).Plan;
        Assert.Equal(["fine-tuning", "ema-teacher", "evaluation"], plan.Stages.Select(stage => stage.Name));
        Assert.StartsWith(
            "checkpoints/new/",
            plan.Stage("fine-tuning").Parameters.GetProperty("initialWeights").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal(0.02, plan.Stage("evaluation").Parameters.GetProperty("promotion").GetProperty("margin").GetDouble());
        await ConsoleHost.UntilAsync(() => Task.FromResult(host.Wakes.Any(wake => wake.Run == id && wake.Kind == StageKind.FineTuning)));
    }

    [Fact]
    public async Task Retraining_WithoutTeacher_TrainsOnLabelsAlone()
    {
        await using var host = await RetrainingConsole.StartAsync((RetrainingConsole.Minimum, "1"));
        await Answer.ReadAsync(
            await host.Client.PutAsJsonAsync(
                "/api/datasets/faces/retraining",
                new
                {
                    validation = "faces",
                    recipe = "smoke",
                    teacher = false,
                },
                Token
            ),
            200
        );

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await host.LookAsync();

        var plan = (await host.Runs.LoadAsync(Assert.Single(await host.RunIdsAsync()), Token)).Plan;
        Assert.Equal(["pretraining", "fine-tuning", "evaluation"], plan.Stages.Select(stage => stage.Name));
    }

    /// <summary>A run of which only the pre-training is done.</summary>
    private static async Task EncoderAsync(ConsoleHost host, string id, string recipe, params (string Key, object Value)[] set)
    {
        await Answer.ReadAsync(
            await host.PostAsync(
                "/api/runs",
                new
                {
                    id,
                    labelled = "faces",
                    recipe,
                    set = set.ToDictionary(each => each.Key, each => each.Value),
                }
            ),
            201
        );
        var ledger = new StageLedger(host.Store, new StageProtocolOptions(), host.Time);
        await using var claim = (await ledger.TryClaimAsync(id, "pretraining", Token))!;
        await claim.CompleteAsync(
            StageArtifact.From(
                new CheckpointPointer
                {
                    Folder = $"checkpoints/{id}/pretraining/1-10",
                    Step = 10,
                    Files = [],
                }
            ),
            Token
        );
    }
}
