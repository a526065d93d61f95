using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Console.Labels;
using SsFer.Console.Retraining;
using SsFer.Console.Runs;
using SsFer.Planning;
using SsFer.StageHosting;
using SsFer.Testing;

namespace SsFer.Console.Tests.Retraining;

/// <summary>A Console that dies while it retrains.</summary>
public sealed class RetrainingCrashTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Retraining_KilledBetweenAnyTwoWrites_EndsAsACalmOne()
    {
        await using var host = await RetrainingConsole.StartAsync(("Retraining:MaximumAge", "30.00:00:00")); // does nothing by itself
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
