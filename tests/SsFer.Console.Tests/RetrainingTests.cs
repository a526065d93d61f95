using System.Net.Http.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Console.Labels;
using SsFer.Console.Retraining;
using SsFer.Console.Runs;
using SsFer.Contracts;
using SsFer.FaceDetection;
using SsFer.Planning;
using SsFer.StageHosting;
using SsFer.Testing;

namespace SsFer.Console.Tests;

public sealed class RetrainingTests
{
    private const string Minimum = "Retraining:MinimumNewLabels";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_AreEnough_MakeAVersionAndARun()
    {
        await using var host = await StartAsync((Minimum, "2"));
        var before = await host.Catalog.GetAsync("faces", Token);

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(1), "fear"), (Pictures.Key(2), "joy")), 201);

        await ConsoleHost.UntilAsync(async () => (await host.Catalog.GetAsync("faces", Token)).Raw != before.Raw);
        var after = await host.Catalog.GetAsync("faces", Token);
        var run = await host.Runs.LoadAsync(Assert.Single(await host.RunIdsAsync()), Token);
        Assert.Equal(new DatasetReference("faces", after.Prepared[32], "train"), run.Spec.Labelled);
        Assert.Equal(new DatasetReference("faces", before.Prepared[32], "validation"), run.Spec.Validation);
        Assert.Equal("joy", (await ItemsAsync(host, after.Prepared[32]))[Pictures.Key(0)].Label);
        Assert.Equal("joy", (await ItemsAsync(host, after.Raw!))[Pictures.Key(2)].Label);
        Assert.Equal("fear", (await ItemsAsync(host, before.Raw!))[Pictures.Key(2)].Label);
        var manifest = await host.Catalog.ReadManifestAsync("faces", after.Prepared[32], Token);
        Assert.Equal((after.Raw, before.Raw), (manifest.Provenance["rawVersion"], manifest.Provenance["retrainedFrom"]));
        Assert.Equal(0, (await host.GetAsync("/api/datasets/faces/retraining")).GetProperty("waitingLabels").GetInt32());
    }

    [Fact]
    public async Task Labels_TooFew_WaitForADayAndNoLonger()
    {
        await using var host = await StartAsync();
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await Look(host);
        Assert.Empty(await host.RunIdsAsync());
        Assert.Equal(1, (await host.GetAsync("/api/datasets/faces/retraining")).GetProperty("waitingLabels").GetInt32());

        host.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        await Look(host);
        Assert.Empty(await host.RunIdsAsync());

        host.Time.Advance(TimeSpan.FromSeconds(1));
        await Look(host);
        Assert.Single(await host.RunIdsAsync());
    }

    [Fact]
    public async Task Labels_OfAnEarlierVersion_AreNotCountedAgain()
    {
        await using var host = await StartAsync((Minimum, "2"));
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy"), (Pictures.Key(1), "joy")), 201);
        await Look(host);
        await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(3), "fear")), 201);
        await Look(host);
        Assert.Single(await host.RunIdsAsync());

        await Answer.ReadAsync(await host.LabelAsync("three", (Pictures.Key(1), "fear")), 201);
        await Look(host);

        Assert.Equal(2, (await host.RunIdsAsync()).Count);
        var items = await ItemsAsync(host, (await host.Catalog.GetAsync("faces", Token)).Raw!);
        Assert.Equal(("joy", "fear"), (items[Pictures.Key(0)].Label, items[Pictures.Key(1)].Label));
    }

    [Fact]
    public async Task Retraining_TriggeredTenTimesAtOnceAtTwoReplicas_IsOneRun()
    {
        await using var host = await StartAsync((Minimum, "1"), ("Retraining:LookInterval", "1.00:00:00"));
        await using var replica = await ConsoleHost.StartAsync(host.Store, host.Time, (Minimum, "1"));
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);

        var runs = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(number => (number % 2 == 0 ? host : replica).Get<Retrainer>().ConsiderAsync("faces", Token))
        );

        Assert.Single(await host.RunIdsAsync());
        Assert.True(runs.Distinct().Count(run => run is not null) <= 1);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Retraining_KilledBetweenAnyTwoWrites_EndsAsACalmOne()
    {
        await using var host = await StartAsync(("Retraining:MaximumAge", "30.00:00:00")); // does nothing by itself
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        host.Time.Advance(TimeSpan.FromDays(1));
        var calm = new FaultyStore(await CopyAsync(host));
        var expected = await ConsiderAsync(calm, host);
        var pictures = await ListAsync(calm);

        for (var death = 1; death <= calm.Writes; death++)
        {
            var store = new FaultyStore(await CopyAsync(host)) { DieAt = death };
            await Assert.ThrowsAsync<ArtifactUnavailableException>(() => ConsiderAsync(store, host));
            store.DieAt = null;
            await ConsiderAsync(store, host);

            Assert.Equal(expected, await RunsAsync(store));
            Assert.Equal(pictures, await ListAsync(store));
        }

        Assert.True(calm.Writes > 10, "the writes were not counted");
    }

    [Fact]
    public async Task Labels_WhoseMessageWasLost_AreFoundWithinAMinute()
    {
        await using var host = await StartAsync((Minimum, "1"));
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
        await using var host = await StartAsync((Minimum, "1"));
        await EncoderAsync(host, "old", "smoke");
        host.Time.Advance(TimeSpan.FromHours(1));
        await EncoderAsync(host, "new", "smoke");
        host.Time.Advance(TimeSpan.FromHours(1));
        await EncoderAsync(host, "larger", "smoke", ("Model.Depth", 4));

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await Look(host);

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
        await using var host = await StartAsync((Minimum, "1"));
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
        await Look(host);

        var plan = (await host.Runs.LoadAsync(Assert.Single(await host.RunIdsAsync()), Token)).Plan;
        Assert.Equal(["pretraining", "fine-tuning", "evaluation"], plan.Stages.Select(stage => stage.Name));
    }

    [Fact]
    public async Task Pictures_ImportedMeanwhile_StayCurrent()
    {
        await using var host = await StartAsync();
        await Answer.ReadAsync(
            await host.Client.PostAsync("/api/datasets/faces/images?format=csv&splitColumn=split", Pictures.LabelledForm(seed: 100), Token),
            201
        );
        var imported = (await host.Catalog.GetAsync("faces", Token)).Raw;
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        host.Time.Advance(TimeSpan.FromDays(1));

        await Look(host);

        Assert.Equal(imported, (await host.Catalog.GetAsync("faces", Token)).Raw);
        Assert.Contains(host.Log.Lines, line => line.Contains("imported anew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pictures_ImportedAndPreparedMeanwhile_AreNotTrainedOnUntilTheValidationFacesAreSetAnew()
    {
        await using var host = await StartAsync();
        await Answer.ReadAsync(
            await host.Client.PostAsync("/api/datasets/faces/images?format=csv&splitColumn=split", Pictures.LabelledForm(seed: 100), Token),
            201
        );
        var prepared = await host.PrepareAsync();
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        host.Time.Advance(TimeSpan.FromDays(1));
        await Look(host);
        Assert.Empty(await host.RunIdsAsync());
        Assert.Contains(host.Log.Lines, line => line.Contains("imported anew", StringComparison.Ordinal));

        await SetAsync(host);
        await Look(host);

        var run = await host.Runs.LoadAsync(Assert.Single(await host.RunIdsAsync()), Token);
        Assert.Equal(new DatasetReference("faces", prepared.Version, "validation"), run.Spec.Validation);
    }

    [Fact]
    public async Task Labels_OfAnEarlierImport_AreNotPutOnOtherPicturesOfTheSameName()
    {
        await using var host = await StartAsync((Minimum, "2"));
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await Answer.ReadAsync(
            await host.Client.PostAsync("/api/datasets/faces/images?format=csv&splitColumn=split", Pictures.LabelledForm(seed: 100), Token),
            201
        );
        await host.PrepareAsync();
        await SetAsync(host);

        await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(1), "joy")), 201);
        await Look(host);
        Assert.Empty(await host.RunIdsAsync()); // the first label is of no picture that is there
        await Answer.ReadAsync(await host.LabelAsync("three", (Pictures.Key(4), "joy")), 201);
        await Look(host);

        Assert.Single(await host.RunIdsAsync());
        var items = await ItemsAsync(host, (await host.Catalog.GetAsync("faces", Token)).Raw!);
        Assert.Equal((null, "joy"), (items[Pictures.Key(0)].Label, items[Pictures.Key(1)].Label));
    }

    [Fact]
    public async Task Labels_OfAClassThatAnotherImportDoesNotHave_ArePassedOver()
    {
        await using var host = await StartAsync();
        await host.Store.TryPutJsonIfAbsentAsync(
            LabelBatch.PathOf("faces", "old"),
            new LabelBatch
            {
                Key = "old",
                Content = "",
                Added = host.Time.GetUtcNow(),
                CheckedAgainst = "",
                Labels = [new StoredLabel(Pictures.Key(0), "awe"), new StoredLabel(Pictures.Key(1), "joy")],
            },
            Token
        );
        host.Time.Advance(TimeSpan.FromDays(1));

        await Look(host);

        Assert.Single(await host.RunIdsAsync());
        var items = await ItemsAsync(host, (await host.Catalog.GetAsync("faces", Token)).Raw!);
        Assert.Equal((null, "joy"), (items[Pictures.Key(0)].Label, items[Pictures.Key(1)].Label));
    }

    [Fact]
    public async Task Faces_CutOtherwiseThanTheHeldOutOnes_AreNotTrainedOnAndTheLabelsWait()
    {
        await using var host = await StartAsync((Minimum, "1"));
        await host.PrepareAsync(detector: DetectorChoice.BlazeFace);

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await Look(host);

        Assert.Empty(await host.RunIdsAsync());
        var state = await Answer.ReadAsync(await host.Client.GetAsync("/api/datasets/faces/retraining", Token), 200);
        Assert.Contains("cut otherwise", state.ToString(), StringComparison.Ordinal);

        await host.PrepareAsync();
        await Look(host);

        Assert.Single(await host.RunIdsAsync());
    }

    private static async Task<ConsoleHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = await ConsoleHost.StartAsync(settings);
        await host.ImportAsync();
        await host.PrepareAsync();
        await SetAsync(host);
        return host;
    }

    private static async Task SetAsync(ConsoleHost host)
    {
        var body = new
        {
            validation = "faces:validation",
            recipe = "smoke",
            labels = "50%",
            set = new Dictionary<string, int> { ["FineTuning.BatchSize"] = 4 },
            promotion = new { margin = 0.02 },
        };
        await Answer.ReadAsync(await host.Client.PutAsJsonAsync("/api/datasets/faces/retraining", body, Token), 200);
    }

    private static Task Look(ConsoleHost host) => host.Get<RetrainingWorker>().LookAsync(Token);

    private static async Task<Dictionary<string, DatasetItem>> ItemsAsync(ConsoleHost host, string version)
    {
        var items = new Dictionary<string, DatasetItem>();
        await foreach (var item in host.Catalog.ItemsAsync(await host.Catalog.ReadManifestAsync("faces", version, Token), Token))
        {
            items[item.Key] = item;
        }

        return items;
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

    /// <summary>The store as it is now, as another one.</summary>
    private static async Task<FolderArtifactStore> CopyAsync(ConsoleHost host)
    {
        var copy = new FolderArtifactStore(host.NewFolder(), host.Time);
        await foreach (var artifact in host.Store.ListAsync("", Token))
        {
            await using var content = await host.Store.OpenReadAsync(artifact.Path, Token);
            await copy.PutAsync(artifact.Path, content, Token);
        }

        return copy;
    }

    /// <summary>One look at a store by a process of its own; returns the runs there are.</summary>
    private static async Task<List<string>> ConsiderAsync(FaultyStore store, ConsoleHost host)
    {
        var catalog = new DatasetCatalog(store);
        var labels = new LabelStore(store, catalog, host.Time);
        var merge = new LabelMerge(labels, catalog);
        var planner = new RunPlanner(store, host.Time);
        var launcher = new RunLauncher(store, new RunStore(store), planner, host.Get<StageAnnouncer>());
        var retrainer = new Retrainer(
            store,
            catalog,
            new RetrainingSettingsStore(store, catalog, planner),
            new RetrainingPolicy(store, labels, merge, Options.Create(new RetrainingOptions()), host.Time),
            new RetrainingPlanner(catalog, merge, planner, new TrainedWeights(store), host.Time),
            new DecisionExecutor(store, catalog, merge, launcher, NullLogger<DecisionExecutor>.Instance)
        );
        await retrainer.ConsiderAsync("faces", Token);
        return await RunsAsync(store);
    }

    private static async Task<List<string>> RunsAsync(FaultyStore store)
    {
        var runs = new List<string>();
        await foreach (var run in new RunStore(store).ListAsync(Token))
        {
            runs.Add(run);
        }

        return runs;
    }

    /// <summary>Every file with its length; a marker of an open run by the run alone, since no two are called alike.</summary>
    private static async Task<List<string>> ListAsync(FaultyStore store)
    {
        var paths = new List<string>();
        await foreach (var artifact in store.ListAsync("", Token))
        {
            paths.Add(
                artifact.Path.StartsWith("runs/open/", StringComparison.Ordinal)
                    ? artifact.Path.Split('~')[0]
                    : $"{artifact.Path} {artifact.Length}"
            );
        }

        return paths;
    }
}
