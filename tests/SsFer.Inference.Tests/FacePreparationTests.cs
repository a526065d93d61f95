using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;

namespace SsFer.Inference.Tests;

public sealed class FacePreparationTests
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
            FacePreparation.Of(manifest)
        );
    }

    [Fact]
    public void Of_ABorderLeftToTheDetector_HasNone()
    {
        Assert.Equal(
            new FacePreparation { Size = 48 },
            FacePreparation.Of(Prepared(("detector", "blazeface"), ("border", "auto"), ("margin", "0.15")))
        );
        Assert.Equal(new FacePreparation { Size = 48 }, FacePreparation.Of(Prepared()));
    }

    [Fact]
    public void Of_RawPictures_IsAnError() => Assert.Throws<ArgumentException>(() => FacePreparation.Of(Prepared() with { Size = null }));

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

        Assert.True(FacePreparation.TryFind(new Dictionary<string, string>([preparation.ToMetadata()]), "a", out var found));
        Assert.Equal(preparation, found);
        Assert.False(FacePreparation.TryFind(new Dictionary<string, string>(), "a", out _));
        Assert.Throws<CorruptArtifactException>(() =>
            FacePreparation.TryFind(new Dictionary<string, string> { ["preparation"] = "{" }, "a", out _)
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
