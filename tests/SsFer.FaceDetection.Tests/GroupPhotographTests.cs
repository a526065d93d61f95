using System.IO.Compression;
using SsFer.Artifacts.Datasets;
using SsFer.Faces.Imaging;

namespace SsFer.FaceDetection.Tests;

/// <summary>Pictures of several people: one face is kept, and that there were more is told.</summary>
public sealed class GroupPhotographTests : IDisposable
{
    private const int Side = 240;

    private static readonly PreparationOptions Options = new()
    {
        Size = 48,
        Parallelism = 1,
        Writer = new DatasetWriterOptions { ItemsPerShard = 1 },
    };

    private readonly TestDataset _dataset = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_PictureOfFourFaces_IsCountedAndEachFaceSaysHowManyThereWere()
    {
        await ImportAsync();

        var manifest = await _dataset.Preparation.RunAsync(TestDataset.Name, Options, null, Token);

        Assert.Equal(("1", "1"), (manifest.Provenance["severalFaces"], manifest.Provenance["noFace"]));
        Assert.Equal([4, 1, 0], (await _dataset.ReadAsync(manifest, Token)).Select(face => face.Item.FacesFound));
    }

    [Fact]
    public async Task Run_Resumed_CountsWhatTheStoppedOneFound()
    {
        await ImportAsync();
        await Resumable.StopAfterAsync(
            2,
            (progress, token) => _dataset.Preparation.RunAsync(TestDataset.Name, Options, progress, token),
            Token
        );

        var seen = new List<PreparationProgress>();
        var manifest = await _dataset.Preparation.RunAsync(TestDataset.Name, Options, new Resumable.Progress(seen.Add), Token);

        Assert.True(seen[0].Done > 0, "it resumes");
        Assert.All(seen, progress => Assert.Equal(1, progress.SeveralFaces));
        Assert.Equal("1", manifest.Provenance["severalFaces"]);
    }

    [Theory]
    [InlineData("annotated")]
    [InlineData("none")]
    public async Task Run_NobodyLooksForFaces_SaysNothingOfTheirNumber(string detector)
    {
        await _dataset.ImportAsync(Token, ("a", TestDataset.Pattern(48, 48), null));

        var manifest = await _dataset.Preparation.RunAsync(
            TestDataset.Name,
            Options with
            {
                Detector = DetectorChoice.Parse(detector),
            },
            null,
            Token
        );

        Assert.False(manifest.Provenance.ContainsKey("severalFaces"));
        Assert.Null(Assert.Single(await _dataset.ReadAsync(manifest, Token)).Item.FacesFound);
    }

    public void Dispose() => _dataset.Dispose();

    private async Task ImportAsync()
    {
        var faces = RealFaces(4);
        await _dataset.ImportAsync(
            Token,
            ("group", Group(faces), "happiness"),
            ("single", faces[0].EncodePng(), "happiness"),
            ("wall", TestDataset.Pattern(300, 200), "neutral")
        );
    }

    /// <summary>Four faces in the quarters of a grey picture.</summary>
    private static byte[] Group(List<Picture> faces)
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)128, 4 * Side * Side * 3)];
        for (var i = 0; i < 4; i++)
        {
            var (left, top) = (i % 2 * Side + Side / 4, i / 2 * Side + Side / 4);
            for (var row = 0; row < Side / 2; row++)
            {
                faces[i].Pixels.Slice(row * Side / 2 * 3, Side / 2 * 3).CopyTo(pixels.AsSpan(((top + row) * 2 * Side + left) * 3));
            }
        }
        return new Picture(2 * Side, 2 * Side, pixels).EncodePng();
    }

    /// <summary>Faces of LFW, evenly spread over the archive.</summary>
    private static List<Picture> RealFaces(int count)
    {
        var data = Testing.RealData.Folder;
        using var zip = ZipFile.OpenRead(Path.Combine(data, "lfw", "lfw-128.zip"));
        var entries = zip.Entries.Where(entry => entry.Length > 0).ToList();
        return [.. Enumerable.Range(0, count).Select(i => Read(entries[i * (entries.Count / count)]))];

        static Picture Read(ZipArchiveEntry entry)
        {
            using var stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return new PictureDecoder().Decode(memory.ToArray(), entry.Name).Resize(Side / 2, Side / 2);
        }
    }
}
