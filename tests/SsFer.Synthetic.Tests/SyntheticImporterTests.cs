using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;
using SsFer.Importing;

namespace SsFer.Synthetic.Tests;

[Trait("Category", "Slow")]
public sealed class SyntheticImporterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssfer-synthetic-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
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

        using var reader = await DatasetReader.OpenAsync(
            Store,
            manifest.Name,
            manifest.Version,
            Path.Combine(_folder, "cache"),
            Cancellation
        );
        var faces = new SyntheticFaces(5, 32);
        var entries = await reader.EntriesAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(70, entries.Count);
        foreach (var (index, entry) in entries.Index())
        {
            var (face, item, content) = (faces.Draw(index), entry.Item, new byte[entry.Length]);
            reader.ReadImage(entry, content);
            Assert.Equal(face.Picture.PixelHash(), new PictureDecoder().Decode(content, item.Key).PixelHash());
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

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private FolderArtifactStore Store => new(_folder, TimeProvider.System);

    private Task<DatasetManifest> ImportAsync(int count) =>
        new SyntheticImporter(new SyntheticFaces(5, 32), count).ImportAsync(Store, "drawn", new ImportOptions(), null, Cancellation);
}
