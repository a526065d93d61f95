using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;
using SsFer.Importing.Synthetic;

namespace SsFer.Importing.Tests.Synthetic;

public sealed class SyntheticImporterTests : IDisposable
{
    private readonly TestMaterial _material = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Import_TwoRounds_HasEveryExpressionEquallyInEverySplit()
    {
        var manifest = await ImportAsync(count: 140);

        Assert.Equal(SyntheticFaces.Classes, manifest.Classes);
        Assert.All(manifest.Counts["train"].Values, count => Assert.Equal(16, count));
        Assert.All(manifest.Counts["validation"].Values, count => Assert.Equal(2, count));
        Assert.All(manifest.Counts["test"].Values, count => Assert.Equal(2, count));
        Assert.Equal([7, 7, 7], manifest.Counts.Values.Select(split => split.Count));
    }

    [Fact]
    public async Task Import_EveryFace_CarriesWhatWasDrawn()
    {
        var manifest = await ImportAsync(count: 70);

        var stored = await _material.ReadAllAsync(Store, manifest, Cancellation);
        var faces = new SyntheticFaces(5, 32);
        Assert.Equal(70, stored.Count);
        for (var index = 0; index < stored.Count; index++)
        {
            var (face, item) = (faces.Draw(index), stored[index].Entry.Item);
            Assert.Equal(face.Picture.PixelHash(), new PictureDecoder().Decode(stored[index].Content, item.Key).PixelHash());
            Assert.Equal(face.Picture.PixelHash(), item.PixelHash);
            Assert.Equal([face.Box.X0, face.Box.Y0, face.Box.X1, face.Box.Y1], item.Box!);
            Assert.Equal(face.Landmarks.SelectMany(point => new[] { point.X, point.Y }), item.Landmarks!);
            Assert.Contains("synthetic", item.Source, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Import_Again_GivesTheSameVersionWhichSaysThatItIsDrawn()
    {
        var first = await ImportAsync(count: 70);
        var second = await ImportAsync(count: 70);

        Assert.Equal(first.Version, second.Version);
        Assert.Equal("synthetic", first.Provenance["importer"]);
        Assert.Contains("drawn", first.Provenance["synthetic"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_TooFewForEverySplit_IsRefused() =>
        Assert.Contains("70", (await Assert.ThrowsAsync<ImportException>(() => ImportAsync(count: 69))).Message, StringComparison.Ordinal);

    public void Dispose() => _material.Dispose();

    private FolderArtifactStore Store => new(_material.Path("store"), TimeProvider.System);

    private Task<Artifacts.Datasets.DatasetManifest> ImportAsync(int count) =>
        new SyntheticImporter(new SyntheticFaces(5, 32), count).ImportAsync(Store, "drawn", new ImportOptions(), null, Cancellation);
}
