using SsFer.Artifacts.Datasets;

namespace SsFer.FaceDetection.Tests;

/// <summary>Pictures that were prepared before and carry other labels now.</summary>
public sealed class RelabelledPicturesTests : IDisposable
{
    private const int Large = 300; // pixels: no tight crop, kept for its label alone where it has no face
    private static readonly PreparationOptions Options = new() { Size = 24, Detector = DetectorChoice.Annotated };
    private readonly TestDataset _dataset = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prepare_PicturesLabelledAnew_FollowsWithoutLookingAtThem()
    {
        await ImportAsync(_dataset, ("a", 40, "neutral"), ("b", 40, null), ("c", Large, "happiness"));
        var before = await PrepareAsync(_dataset);
        await ImportAsync(_dataset, ("a", 40, "happiness"), ("b", 40, "neutral"), ("c", Large, "neutral"));
        await RemovePicturesAsync();

        var after = await PrepareAsync(_dataset);

        Assert.Equal(before.Shards.Select(shard => shard.Sha256), after.Shards.Select(shard => shard.Sha256));
        Assert.Equal(["happiness", "neutral", "neutral"], await LabelsAsync(after));
        Assert.Equal(after.Version, (await new DatasetCatalog(_dataset.Store).GetAsync(TestDataset.Name, Token)).Prepared[24]);
        using var other = new TestDataset();
        await ImportAsync(other, ("a", 40, "happiness"), ("b", 40, "neutral"), ("c", Large, "neutral"));
        Assert.Equal((await PrepareAsync(other)).Version, after.Version); // as if nothing had been prepared before
    }

    [Theory]
    [InlineData("neutral", null, 1)]
    [InlineData(null, "neutral", 0)]
    public async Task Prepare_LargePictureThatLostOrWonItsLabel_IsPreparedAnew(string? before, string? after, int rejected)
    {
        await ImportAsync(_dataset, ("a", 40, "neutral"), ("b", Large, before));
        Assert.Equal(1 - rejected, (await PrepareAsync(_dataset)).Rejected.Count);
        await ImportAsync(_dataset, ("a", 40, "neutral"), ("b", Large, after));

        Assert.Equal(rejected, (await PrepareAsync(_dataset)).Rejected.Count);
    }

    [Fact]
    public async Task Prepare_ErasedPicture_IsErasedFromTheFacesToo()
    {
        await ImportAsync(_dataset, ("a", 40, "neutral"), ("b", 40, "happiness"), ("c", 40, null));
        var before = await PrepareAsync(_dataset);
        var catalog = new DatasetCatalog(_dataset.Store);
        var raw = await catalog.ReadManifestAsync(TestDataset.Name, (await catalog.GetAsync(TestDataset.Name, Token)).Raw!, Token);
        var smaller = await new Relabelling(_dataset.Store).WriteAsync(
            raw,
            new DatasetDraft
            {
                Name = raw.Name,
                Kind = raw.Kind,
                Classes = raw.Classes,
            },
            item => new(item.Key == "b" ? null : item),
            Token
        );
        await catalog.PublishAsync(smaller, Token);
        await RemovePicturesAsync();

        var after = await PrepareAsync(_dataset);

        Assert.Equal(2, after.Pictures);
        Assert.Equal(["neutral", null], await LabelsAsync(after));
        Assert.Equal(before.Shards.Select(shard => shard.Sha256), after.Shards.Select(shard => shard.Sha256));
    }

    [Fact]
    public async Task Prepare_LabelledAnewAfterTheFacesWereDamaged_PreparesAndMendsThem()
    {
        await ImportAsync(_dataset, ("a", 40, "neutral"), ("b", 40, null));
        var before = await PrepareAsync(_dataset);
        await _dataset.Store.PutAsync($"datasets/{TestDataset.Name}/{before.Shards[0].File}", new MemoryStream([1, 2, 3]), Token);
        await ImportAsync(_dataset, ("a", 40, "happiness"), ("b", 40, null));

        var after = await PrepareAsync(_dataset);

        Assert.Equal(["happiness", null], (await _dataset.ReadAsync(after, Token)).Select(face => face.Item.Label));
        Assert.NotNull(await new DatasetCatalog(_dataset.Store).FindSoundAsync(TestDataset.Name, before.Version, Token));
    }

    public void Dispose() => _dataset.Dispose();

    private static Task ImportAsync(TestDataset dataset, params (string Key, int Side, string? Label)[] pictures) =>
        dataset.ImportAsync(
            Token,
            [.. pictures.Select((picture, seed) => (picture.Key, TestDataset.Pattern(picture.Side, picture.Side, seed), picture.Label))]
        );

    private static Task<DatasetManifest> PrepareAsync(TestDataset dataset) =>
        dataset.Preparation.RunAsync(TestDataset.Name, Options, null, Token);

    /// <summary>Whatever needs them cannot go on.</summary>
    private async Task RemovePicturesAsync()
    {
        var catalog = new DatasetCatalog(_dataset.Store);
        var raw = await catalog.ReadManifestAsync(TestDataset.Name, (await catalog.GetAsync(TestDataset.Name, Token)).Raw!, Token);
        foreach (var shard in raw.Shards)
        {
            await _dataset.Store.DeleteAsync($"datasets/{TestDataset.Name}/{shard.File}", Token);
        }
    }

    private async Task<IEnumerable<string?>> LabelsAsync(DatasetManifest manifest) =>
        (await _dataset.ReadAsync(manifest, Token)).Select(face => face.Item.Label);
}
