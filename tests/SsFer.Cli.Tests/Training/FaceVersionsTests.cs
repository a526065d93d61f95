using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Tests.Training;

public sealed class FaceVersionsTests : IDisposable
{
    private const string Name = "mini";
    private readonly Material _material = new();
    private readonly FolderArtifactStore _store;

    public FaceVersionsTests() => _store = new FolderArtifactStore(Path.Combine(_material.Root, ".ssfer"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_PreparedAtOtherSizes_PreparesAsTheNewestOfThemAndSaysSo()
    {
        await AddAsync(size: null);
        await AddAsync(64, ("detector", "annotated"), ("margin", "0.3"));
        await AddAsync(48, ("detector", "none"), ("margin", "0.25"));

        var found = await FindAsync();

        Assert.Equal(
            new FacePreparation
            {
                Size = 32,
                Detector = "none",
                Margin = 0.25f,
            },
            found.Pending
        );
        Assert.Contains(
            "mini is not prepared at 32 pixels yet: ssfer data prepare mini --size 32 --detector none --margin 0.25, as at 48 pixels",
            found.Note,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Find_PreparedWithABorder_KeepsIt()
    {
        await AddAsync(size: null);
        await AddAsync(48, ("detector", "blazeface"), ("margin", "0.15"), ("border", "0.5"));

        var found = await FindAsync();

        Assert.Equal(new FacePreparation { Size = 32, Border = 0.5f }, found.Pending);
        Assert.Contains("--detector blazeface --margin 0.15 --border 0.5, as at 48 pixels", found.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_NeverPrepared_PreparesByDefaultSettings()
    {
        await AddAsync(size: null);

        var found = await FindAsync();

        Assert.Equal(new FacePreparation { Size = 32 }, found.Pending);
        Assert.Equal("mini is not prepared at 32 pixels yet: ssfer data prepare mini --size 32", found.Note);
    }

    [Fact]
    public async Task Find_PreparedWithANetworkThatIsNotStored_AsksForIt()
    {
        await AddAsync(size: null);
        await AddAsync(48, ("detector", "yolo-face"), ("margin", "0.15"));

        var refused = await Assert.ThrowsAsync<PlanningException>(FindAsync);

        Assert.Contains("ssfer data prepare mini --size 32 --detector yolo-face=MODEL.onnx", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_ImportedAgainSince_PreparesTheNewPicturesAsBeforeAndSaysSo()
    {
        var old = await AddAsync(size: null);
        await AddAsync(32, ("rawVersion", old), ("detector", "none"), ("margin", "0.25"));
        var current = await AddAsync(size: null, seed: 2);

        var found = await FindAsync();

        Assert.Equal(current, found.Reference.Version);
        Assert.Equal(
            new FacePreparation
            {
                Size = 32,
                Detector = "none",
                Margin = 0.25f,
            },
            found.Pending
        );
        Assert.Contains(
            "mini was imported again after it was prepared at 32 pixels: ssfer data prepare mini --size 32 --detector none --margin 0.25",
            found.Note,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _material.Dispose();

    private Task<FaceVersion> FindAsync() =>
        new FaceVersions(new DatasetCatalog(_store)).FindAsync(new DatasetSelection(Name, null), size: 32, Token);

    /// <summary>Publishes a version of one picture: raw, or prepared at a size as the provenance tells. Returns its version.</summary>
    private Task<string> AddAsync(int? size, params (string Key, string Value)[] provenance) => AddAsync(size, 1, provenance);

    private async Task<string> AddAsync(int? size, int seed, params (string Key, string Value)[] provenance)
    {
        var draft = new DatasetDraft
        {
            Name = Name,
            Kind = size is null ? DatasetKind.Raw : DatasetKind.Prepared,
            Size = size,
            Classes = [],
        };
        await using var writer = DatasetWriter.Create(_store, draft);
        await writer.AddAsync(
            new DatasetItem
            {
                Key = "a",
                Split = DatasetSplit.Train,
                Source = "a.png",
            },
            Material.Png(seed, size ?? 48),
            "png",
            Token
        );
        var manifest = await writer.CompleteAsync(provenance.ToDictionary(pair => pair.Key, pair => pair.Value), Token);
        await new DatasetCatalog(_store).PublishAsync(manifest, Token);
        return manifest.Version;
    }
}
