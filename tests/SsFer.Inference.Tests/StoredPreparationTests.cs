using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Recipes;

namespace SsFer.Inference.Tests;

public sealed class StoredPreparationTests
{
    [Fact]
    public void Of_AManifest_IsWhatItsProvenanceTells()
    {
        var manifest = Prepared(("detector", "yolo-face"), ("border", "0.4"), ("margin", "0.25"), ("rawVersion", "1"));

        Assert.Equal(
            new FacePreparation
            {
                Size = 48,
                Detector = "yolo-face",
                Border = 0.4f,
                Margin = 0.25f,
            },
            StoredPreparation.Of(manifest)
        );
    }

    [Fact]
    public void Of_ABorderLeftToTheDetector_HasNone()
    {
        Assert.Equal(
            new FacePreparation { Size = 48 },
            StoredPreparation.Of(Prepared(("detector", "blazeface"), ("border", "auto"), ("margin", "0.15")))
        );
        Assert.Equal(new FacePreparation { Size = 48 }, StoredPreparation.Of(Prepared()));
    }

    [Fact]
    public void Of_RawPictures_IsAnError() => Assert.Throws<ArgumentException>(() => StoredPreparation.Of(Prepared() with { Size = null }));

    [Fact]
    public void Metadata_GoAndComeBack()
    {
        var preparation = new FacePreparation
        {
            Size = 48,
            Detector = "none",
            Border = 0.5f,
            Margin = 0,
        };

        Assert.True(StoredPreparation.TryFind(new Dictionary<string, string>([preparation.ToMetadata()]), "a", out var found));
        Assert.Equal(preparation, found);
        Assert.False(StoredPreparation.TryFind(new Dictionary<string, string>(), "a", out _));
        Assert.Throws<CorruptArtifactException>(() =>
            StoredPreparation.TryFind(new Dictionary<string, string> { ["preparation"] = "{" }, "a", out _)
        );
    }

    private static DatasetManifest Prepared(params (string Key, string Value)[] provenance) =>
        new()
        {
            Name = "faces",
            Version = "1",
            Kind = DatasetKind.Prepared,
            Size = 48,
            Classes = [],
            Shards = [],
            Counts = new Dictionary<string, IReadOnlyDictionary<string, int>>(),
            Rejected = [],
            Provenance = provenance.ToDictionary(pair => pair.Key, pair => pair.Value),
        };
}
