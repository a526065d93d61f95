using System.Globalization;
using System.Text;
using CsCheck;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing.AffectNet;
using SsFer.Importing.RafDb;
using SsFer.Importing.Tables;
using SsFer.Testing;

namespace SsFer.Importing.Tests;

[Trait("Category", "Slow")]
public sealed class ImportResumeTests : IDisposable
{
    private const int Pictures = 60;
    private const int ItemsPerShard = 7;
    private readonly TestMaterial _material = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ImportOptions Options =>
        new()
        {
            Parallelism = 2,
            Writer = new DatasetWriterOptions { ItemsPerShard = ItemsPerShard },
        };

    [Fact]
    public async Task Import_StoppedAnywhereAnyNumberOfTimes_GivesTheManifestOfAnUndisturbedOne()
    {
        var zip = WriteZip();
        var calm = await ImportAsync("calm", zip);
        Assert.Equal(("14", 6), (calm.Provenance["duplicates"], calm.Rejected.Count));

        var store = 0;
        await Gen.Int[1, Pictures - 1]
            .Array[1, 3]
            .SampleAsync(
                async stops =>
                {
                    var folder = $"store-{store++}";
                    foreach (var stop in stops)
                    {
                        await StopAfterAsync(stop, folder, zip);
                    }

                    Assert.Equal(ArtifactJson.Serialize(calm), ArtifactJson.Serialize(await ImportAsync(folder, zip)));
                },
                iter: 15,
                threads: 1
            );
    }

    [Fact]
    public async Task Import_Resumed_TellsFirstWhereItBegins()
    {
        var zip = WriteZip();
        await StopAfterAsync(30, "store", zip);

        var seen = new List<ImportProgress>();
        await ImportAsync("store", zip, new ActionProgress(seen.Add));

        Assert.InRange(seen[0].Done, ItemsPerShard, 30);
        Assert.Equal(Enumerable.Range(seen[0].Done, Pictures - seen[0].Done + 1), seen.Select(progress => progress.Done));
        Assert.Equal((Pictures, Pictures, 6), (seen[^1].Done, seen[^1].Total, seen[^1].Rejected));
    }

    [Fact]
    public async Task Import_KilledAtAnyWrite_IsPublishedByTheNextOneWhichReadsNoPictureOfAStoredVersion()
    {
        var zip = WriteZip();
        var calm = await ImportAsync("calm", zip);
        var readNone = 0;
        for (var death = 1; ; death++)
        {
            var (folder, seen) = ($"store-{death}", new List<ImportProgress>());
            var dying = new FaultyStore(Store(folder)) { DieAt = death };
            var fault = await Record.ExceptionAsync(() => new FacesImporter([zip]).ImportAsync(dying, "faces", Options, null, Token));
            if (fault is null)
            {
                break;
            }

            Assert.IsType<ArtifactUnavailableException>(fault);
            var isStored = await Store(folder).ExistsAsync($"datasets/faces/{calm.Version}/manifest.json", Token);

            var manifest = await ImportAsync(folder, zip, new ActionProgress(seen.Add));

            Assert.Equal(calm.Version, manifest.Version);
            Assert.Equal(calm.Version, (await new DatasetCatalog(Store(folder)).GetAsync("faces", Token)).Raw);
            Assert.Equal((Pictures, Pictures, 6), (seen[^1].Done, seen[^1].Total, seen[^1].Rejected));
            Assert.InRange(seen.Count - 1, 0, isStored ? ItemsPerShard : Pictures);
            readNone += seen.Count == 1 ? 1 : 0;
        }

        Assert.True(readNone > 10, $"the version was found {readNone} times");
    }

    [Fact]
    public async Task Import_KilledBeforeThePointerAndItsVersionDeleted_IsMadeAgain()
    {
        var zip = WriteZip();
        var dying = new FaultyStore(Store("store")) { FailAfter = path => path.EndsWith("current.json", StringComparison.Ordinal) };
        await Assert.ThrowsAsync<ArtifactUnavailableException>(() =>
            new FacesImporter([zip]).ImportAsync(dying, "faces", Options, null, Token)
        );
        var version = (await new DatasetCatalog(Store("store")).GetAsync("faces", Token)).Raw!;
        Directory.Delete(_material.Path($"store/datasets/faces/{version}"), recursive: true);

        Assert.Equal(0, await BeginsAtAsync(zip));

        Assert.True(await Store("store").ExistsAsync($"datasets/faces/{version}/manifest.json", Token));
    }

    [Theory]
    [InlineData("00ff", 21)]
    [InlineData("00fe", 0)]
    public async Task Import_OfContentThatTheCallerKnows_GoesOnWhenItIsTheSameWhateverItsTime(string sha256, int begins)
    {
        var zip = WriteZip();
        var atShards = new FaultyStore(Store("store")) { FailAfter = path => path.EndsWith("seal-00002.json", StringComparison.Ordinal) };
        await Assert.ThrowsAsync<ArtifactUnavailableException>(() =>
            new FacesImporter([zip]).ImportAsync(atShards, "faces", Knowing("00ff"), null, Token)
        );
        File.SetLastWriteTimeUtc(zip, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var seen = new List<ImportProgress>();
        await new FacesImporter([zip]).ImportAsync(Store("store"), "faces", Knowing(sha256), new ActionProgress(seen.Add), Token);

        Assert.Equal(begins, seen[0].Done - seen[0].Rejected);

        ImportOptions Knowing(string hash) => Options with { ContentHashes = new Dictionary<string, string> { [zip] = hash } };
    }

    [Fact]
    public async Task Import_ArchiveChangedSinceTheStop_StartsAnew()
    {
        var zip = WriteZip();
        await StopAfterAsync(30, "store", zip);
        File.SetLastWriteTimeUtc(zip, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(0, await BeginsAtAsync(zip));
    }

    [Fact]
    public async Task Import_FileOfADirectoryExchangedSinceTheStop_StartsAnew()
    {
        for (var i = 0; i < 40; i++)
        {
            _material.Write($"faces/{i:00}.png", TestMaterial.Png(i));
        }

        await StopAfterAsync(30, "store", _material.Path("faces"));
        Assert.InRange(await StoppedAtAsync(), ItemsPerShard, 35);

        _material.Write("faces/03.png", TestMaterial.Png(150, side: 9));
        Assert.Equal(0, await BeginsAtAsync(_material.Path("faces")));

        // Stopped again at its first word, so that the draft stays.
        async Task<int> StoppedAtAsync()
        {
            var first = -1;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var progress = new ActionProgress(state =>
            {
                first = first < 0 ? state.Done : first;
                stop.Cancel();
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                ImportAsync("store", _material.Path("faces"), progress, stop.Token)
            );
            return first;
        }
    }

    [Fact]
    public async Task Import_CompletedAndItsBoxesChanged_IsMadeAgainWithTheNewOnes()
    {
        WriteBoxed("1,1,4,4");
        Assert.Equal([1, 1, 4, 4], (await ImportBoxedAsync(Corners))[^1].Box!);

        WriteBoxed("1,1,4,5");
        Assert.Equal([1, 1, 4, 5], (await ImportBoxedAsync(Corners))[^1].Box!);
        Assert.Equal([1, 1, 5, 6], (await ImportBoxedAsync(Corners with { BoxFormat = BoxFormat.Xywh }))[^1].Box!);
        Assert.Null((await ImportBoxedAsync(Corners with { Box = null }))[^1].Box);
    }

    [Fact]
    public async Task Import_StoppedAndItsBoxesChanged_StartsAnew()
    {
        WriteBoxed("1,1,4,4");
        await StopAfterAsync(15, new CsvImporter([_material.Path("boxed")], _material.Path("boxed.csv"), Corners));

        WriteBoxed("1,1,4,5");

        Assert.All(await ImportBoxedAsync(Corners), item => Assert.Equal([1, 1, 4, 5], item.Box!));
    }

    [Fact]
    public async Task Import_RafDbStoppedAndABoxChanged_StartsAnew()
    {
        _material.Write(
            "raf/EmoLabel/list_patition_label.txt",
            Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20).Select(i => $"train_{i:00000}.jpg 4\n")))
        );
        for (var i = 0; i < 20; i++)
        {
            _material.Write($"raf/Image/original/train_{i:00000}.jpg", TestMaterial.Png(i));
            _material.Write($"raf/Annotation/boundingbox/train_{i:00000}_boundingbox.txt", "1 1 4 4"u8.ToArray());
        }
        var importer = new RafDbImporter([_material.Path("raf")], RafDbPictures.Original);
        await StopAfterAsync(15, importer);

        _material.Write("raf/Annotation/boundingbox/train_00002_boundingbox.txt", "1 1 4 5"u8.ToArray());

        Assert.Equal([1, 1, 4, 5], (await ImportAsync(importer))[2].Box!);
    }

    [Fact]
    public async Task Import_AffectNetStoppedAndALandmarkChanged_StartsAnew()
    {
        for (var i = 0; i < 20; i++)
        {
            _material.Write($"affect/{i:00}.png", TestMaterial.Png(i));
        }

        WriteLists(3);
        var importer = new AffectNetImporter([_material.Path("affect")], 7);
        await StopAfterAsync(15, importer);

        WriteLists(4);

        Assert.All(await ImportAsync(importer), item => Assert.Equal([4, 4, 4, 4, 4, 4, 4, 4], item.Landmarks!));

        void WriteLists(int at) =>
            _material.Write(
                "affect/training.csv",
                Encoding.ASCII.GetBytes(
                    "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal\n"
                        + string.Concat(
                            Enumerable
                                .Range(0, 20)
                                .Select(i => $"{i:00}.png,0,0,8,8,{string.Join(';', Enumerable.Repeat(at, 136))},1,0,0\n")
                        )
                )
            );
    }

    public void Dispose() => _material.Dispose();

    private static CsvColumns Corners =>
        new()
        {
            Image = "file",
            Label = "age",
            Box = ["a", "b", "c", "d"],
        };

    /// <summary>Twenty pictures, two full shards and a rest, all with the same box.</summary>
    private void WriteBoxed(string box)
    {
        for (var i = 0; i < 20 && !File.Exists(_material.Path("boxed/19.png")); i++)
        {
            _material.Write($"boxed/{i:00}.png", TestMaterial.Png(i));
        }

        _material.Write(
            "boxed.csv",
            Encoding.ASCII.GetBytes(
                "file,age,a,b,c,d\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i:00}.png,{i % 2},{box}\n"))
            )
        );
    }

    private Task<List<DatasetItem>> ImportBoxedAsync(CsvColumns columns) =>
        ImportAsync(new CsvImporter([_material.Path("boxed")], _material.Path("boxed.csv"), columns));

    private async Task<List<DatasetItem>> ImportAsync(DatasetImporter importer)
    {
        var manifest = await importer.ImportAsync(Store("store"), "boxed", Options, null, Token);
        return (await _material.ReadAllAsync(Store("store"), manifest, Token)).ConvertAll(each => each.Entry.Item);
    }

    private Task StopAfterAsync(int pictures, DatasetImporter importer) =>
        StopAfterAsync(pictures, (progress, token) => importer.ImportAsync(Store("store"), "boxed", Options, progress, token));

    /// <summary>Every fourth picture repeats the first, every tenth is broken.</summary>
    private string WriteZip() =>
        _material.Zip(
            "web.zip",
            [
                .. Enumerable
                    .Range(0, Pictures)
                    .Select(i =>
                        (
                            i.ToString("00", CultureInfo.InvariantCulture) + ".png",
                            i % 10 == 9 ? [1, 2, 3] : TestMaterial.Png(i % 4 == 0 ? 0 : i)
                        )
                    ),
            ]
        );

    private Task<DatasetManifest> ImportAsync(
        string store,
        string path,
        IProgress<ImportProgress>? progress = null,
        CancellationToken? token = null
    ) => new FacesImporter([path]).ImportAsync(Store(store), "faces", Options, progress, token ?? Token);

    private FolderArtifactStore Store(string folder) => new(_material.Path(folder));

    private async Task<int> BeginsAtAsync(string path)
    {
        var seen = new List<ImportProgress>();
        await ImportAsync("store", path, new ActionProgress(seen.Add));
        return seen[0].Done;
    }

    private Task StopAfterAsync(int pictures, string store, string path) =>
        StopAfterAsync(pictures, (progress, token) => ImportAsync(store, path, progress, token));

    private static async Task StopAfterAsync(int pictures, Func<IProgress<ImportProgress>, CancellationToken, Task> import)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var progress = new ActionProgress(state =>
        {
            if (state.Done >= pictures)
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => import(progress, stop.Token));
    }

    private sealed class ActionProgress(Action<ImportProgress> report) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => report(value);
    }
}
