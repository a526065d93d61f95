using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Console.Labels;
using SsFer.FaceDetection;

namespace SsFer.Console.Tests.Retraining;

/// <summary>Which pictures a retraining is about where others came meanwhile.</summary>
[Trait("Category", "Slow")]
public sealed class RetrainedPicturesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_ImportedMeanwhile_StayCurrent()
    {
        await using var host = await RetrainingConsole.StartAsync();
        await Answer.ReadAsync(
            await host.Client.PostAsync("/api/datasets/faces/images?format=csv&splitColumn=split", Pictures.LabelledForm(seed: 100), Token),
            201
        );
        var imported = (await host.Catalog.GetAsync("faces", Token)).Raw;
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        host.Time.Advance(TimeSpan.FromDays(1));

        await host.LookAsync();

        Assert.Equal(imported, (await host.Catalog.GetAsync("faces", Token)).Raw);
        Assert.Contains(host.Log.Lines, line => line.Contains("imported anew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pictures_ImportedAndPreparedMeanwhile_AreNotTrainedOnUntilTheValidationFacesAreSetAnew()
    {
        await using var host = await RetrainingConsole.StartAsync();
        await Answer.ReadAsync(
            await host.Client.PostAsync("/api/datasets/faces/images?format=csv&splitColumn=split", Pictures.LabelledForm(seed: 100), Token),
            201
        );
        var prepared = await host.PrepareAsync();
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        host.Time.Advance(TimeSpan.FromDays(1));
        await host.LookAsync();
        Assert.Empty(await host.RunIdsAsync());
        Assert.Contains(host.Log.Lines, line => line.Contains("imported anew", StringComparison.Ordinal));

        await host.SetRetrainingAsync();
        await host.LookAsync();

        var run = await host.Runs.LoadAsync(Assert.Single(await host.RunIdsAsync()), Token);
        Assert.Equal(new DatasetReference("faces", prepared.Version, "validation"), run.Spec.Validation);
    }

    [Fact]
    public async Task Labels_OfAnEarlierImport_AreNotPutOnOtherPicturesOfTheSameName()
    {
        await using var host = await RetrainingConsole.StartAsync((RetrainingConsole.Minimum, "2"));
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await Answer.ReadAsync(
            await host.Client.PostAsync("/api/datasets/faces/images?format=csv&splitColumn=split", Pictures.LabelledForm(seed: 100), Token),
            201
        );
        await host.PrepareAsync();
        await host.SetRetrainingAsync();

        await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(1), "joy")), 201);
        await host.LookAsync();
        Assert.Empty(await host.RunIdsAsync()); // the first label is of no picture that is there
        await Answer.ReadAsync(await host.LabelAsync("three", (Pictures.Key(4), "joy")), 201);
        await host.LookAsync();

        Assert.Single(await host.RunIdsAsync());
        var items = await host.ItemsAsync((await host.Catalog.GetAsync("faces", Token)).Raw!);
        Assert.Equal((null, "joy"), (items[Pictures.Key(0)].Label, items[Pictures.Key(1)].Label));
    }

    [Fact]
    public async Task Labels_OfAClassThatAnotherImportDoesNotHave_ArePassedOver()
    {
        await using var host = await RetrainingConsole.StartAsync();
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

        await host.LookAsync();

        Assert.Single(await host.RunIdsAsync());
        var items = await host.ItemsAsync((await host.Catalog.GetAsync("faces", Token)).Raw!);
        Assert.Equal((null, "joy"), (items[Pictures.Key(0)].Label, items[Pictures.Key(1)].Label));
    }

    [Fact]
    public async Task Faces_CutOtherwiseThanTheHeldOutOnes_AreNotTrainedOnAndTheLabelsWait()
    {
        await using var host = await RetrainingConsole.StartAsync((RetrainingConsole.Minimum, "1"));
        await host.PrepareAsync(detector: DetectorChoice.BlazeFace);

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await host.LookAsync();

        Assert.Empty(await host.RunIdsAsync());
        var state = await Answer.ReadAsync(await host.Client.GetAsync("/api/datasets/faces/retraining", Token), 200);
        Assert.Contains("cut otherwise", state.ToString(), StringComparison.Ordinal);

        await host.PrepareAsync();
        await host.LookAsync();

        Assert.Single(await host.RunIdsAsync());
    }
}
