using CsCheck;
using SsFer.Artifacts.Datasets;
using SsFer.Faces.Imaging;
using SsFer.Importing.Folders;
using SsFer.Importing.Labels;
using SsFer.Importing.Tables;

namespace SsFer.Importing.Tests;

public sealed class HoldOutTests : IDisposable
{
    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Draw_Share_IsTakenOfEveryClassAndRounded()
    {
        var zip = Zip(("a", 20), ("b", 13), ("c", 2), ("d", 1));

        var manifest = await _bench.ImportAsync(new FoldersImporter([zip], new HoldOut(0.2, seed: 7)));

        Assert.Equal([4, 3, 0, 0], ((string[])["a", "b", "c", "d"]).Select(name => manifest.Counts["validation"].GetValueOrDefault(name)));
        Assert.Equal(29, manifest.Counts["train"].Values.Sum());
        Assert.Equal(("0.2", "7"), (manifest.Provenance["holdOut"], manifest.Provenance["seed"]));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Draw_Seed_DecidesWhichPictures()
    {
        var zip = Zip(("a", 40), ("b", 40));

        var one = await HeldAsync(zip, 1);

        Assert.Equal(one, await HeldAsync(zip, 1));
        Assert.NotEqual(one, await HeldAsync(zip, 2));
    }

    [Fact]
    public async Task Draw_EqualPixelsUnderManyNamesClassesAndFormats_StayOnOneSide()
    {
        var entries = new List<(string, byte[])>();
        for (var i = 0; i < 60; i++)
        {
            // Every picture three times: a copy, one encoded anew, one labelled otherwise.
            var picture = TestMaterial.Png(i);
            entries.AddRange([($"a/{i}.png", picture), ($"a/copy-{i}.png", WithAnotherEncoding(picture)), ($"b/{i}.png", picture)]);
        }
        var zip = _bench.Material.Zip("a.zip", [.. entries]);

        var keep = new ImportOptions { Contradictions = Contradictions.Keep };
        var (manifest, items) = await _bench.ImportAllAsync(new FoldersImporter([zip], new HoldOut(0.25)), keep);

        Assert.Equal("0", manifest.Provenance["duplicatesAcrossSplits"]);
        Assert.All(items.GroupBy(item => item.PixelHash), same => Assert.Single(same.Select(item => item.Split).Distinct()));
        Assert.InRange(manifest.Counts["validation"].Values.Sum(), 40, 45); // 45 asked for, in steps of two and one
    }

    [Fact]
    public async Task Draw_UnlabelledPictureWithThePixelsOfAHeldOne_GoesWithIt()
    {
        var rows = new List<string> { "file,age" };
        for (var i = 0; i < 20; i++)
        {
            _bench.Material.Write($"img/{i}.png", TestMaterial.Png(i));
            _bench.Material.Write($"img/again-{i}.png", TestMaterial.Png(i));
            rows.AddRange([$"{i}.png,{i % 2}", $"again-{i}.png,"]);
        }
        _bench.Material.Write("img/alone.png", TestMaterial.Png(90));
        rows.Add("alone.png,");
        var table = _bench.WriteLines("t.csv", [.. rows]);

        var (manifest, items) = await _bench.ImportAllAsync(
            new CsvImporter([_bench.Material.Path("img")], table, new CsvColumns { Image = "file", Label = "age" }, new HoldOut(0.2))
        );

        Assert.Equal("0", manifest.Provenance["duplicatesAcrossSplits"]);
        Assert.Equal(
            (2, 2, 4),
            (manifest.Counts["validation"]["0"], manifest.Counts["validation"]["1"], manifest.Counts["validation"][""])
        );
        Assert.Equal(41, items.Count);
        Assert.Equal("train", Assert.Single(items, item => item.Source == "img/alone.png").Split);
    }

    [Fact]
    public async Task Draw_BrokenPicture_TakesNoPart()
    {
        var zip = _bench.Material.Zip("a.zip", [.. Pictures("a", 10, 0), ("a/broken.png", "no picture"u8.ToArray())]);

        var manifest = await _bench.ImportAsync(new FoldersImporter([zip], new HoldOut(0.5)));

        Assert.Equal((5, 5, 1), (manifest.Counts["train"]["a"], manifest.Counts["validation"]["a"], manifest.Rejected.Count));
    }

    [Fact]
    public async Task Draw_ValidationThereAlready_Fails()
    {
        var zip = _bench.Material.Zip("a.zip", ("train/a/1.png", TestMaterial.Png(1)), ("val/a/2.png", TestMaterial.Png(2)));

        Assert.Equal(
            "the material has a validation split of its own: leave out --hold-out",
            await _bench.FailAsync(new FoldersImporter([zip], new HoldOut(0.5)))
        );
    }

    [Fact]
    public async Task Draw_ClassesTooSmall_Fails()
    {
        var message = await _bench.FailAsync(new FoldersImporter([Zip(("a", 2), ("b", 2))], new HoldOut(0.1)));

        Assert.StartsWith("holding out 0.1 of each class leaves no picture for validation", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test/a/1.png", "test/a/2.png", "there is no labelled picture in train to hold out any of: leave out --hold-out")]
    [InlineData("a/1.png", "b/2.png", "each class has a single picture in train, which cannot be held out: leave out --hold-out")]
    public async Task Draw_NothingToDrawFrom_FailsWithTheCure(string one, string other, string expected)
    {
        var zip = _bench.Material.Zip("a.zip", (one, TestMaterial.Png(1)), (other, TestMaterial.Png(2)));

        Assert.Equal(expected, await _bench.FailAsync(new FoldersImporter([zip], new HoldOut(0.5))));
    }

    [Fact]
    public async Task Draw_ClassOfOnePicture_IsSaid()
    {
        var manifest = await _bench.ImportAsync(new FoldersImporter([Zip(("a", 10), ("b", 1), ("c", 1))], new HoldOut(0.2)));

        Assert.Equal(["classes too small for a picture of theirs to be held out: b, c"], ImportFindings.Of(manifest));
    }

    [Fact]
    public async Task Draw_Progress_TellsOfItsOwnPicturesThenOfAllThatAreImported()
    {
        var zip = _bench.Material.Zip("a.zip", [.. Pictures("train/a", 6, 0), .. Pictures("test/a", 3, 50)]);
        var seen = new List<ImportProgress>();

        await new FoldersImporter([zip], new HoldOut(0.5)).ImportAsync(
            _bench.Store,
            "set",
            new ImportOptions(),
            new Recorder(seen),
            TestContext.Current.CancellationToken
        );

        // Each of the two phases tells where it begins.
        Assert.Equal(
            [
                .. Enumerable.Range(0, 7).Select(done => new ImportProgress(done, 6, 0, ImportPhase.Draw)),
                .. Enumerable.Range(0, 10).Select(done => new ImportProgress(done, 9, 0, ImportPhase.Import)),
            ],
            seen
        );
    }

    [Fact]
    public void HoldOut_ShareOutsideZeroToOne_IsRefused() =>
        Gen.OneOf(Gen.Double[-5, 0], Gen.Double[1, 50], Gen.Const(double.NaN))
            .Sample(share => Assert.Throws<ArgumentOutOfRangeException>(() => new HoldOut(share)));

    [Theory]
    [InlineData("20%", 0.2)]
    [InlineData("0.2", 0.2)]
    [InlineData(" 12.5 % ", 0.125)]
    [InlineData("20", null)]
    [InlineData("0", null)]
    [InlineData("100%", null)]
    [InlineData("-5%", null)]
    [InlineData("a fifth", null)]
    public void FindShare_PercentOrShare_IsTheShare(string text, double? share) => Assert.Equal(share, HoldOut.FindShare(text));

    private async Task<List<string>> HeldAsync(string zip, ulong seed)
    {
        var (_, items) = await _bench.ImportAllAsync(new FoldersImporter([zip], new HoldOut(0.5, seed)));
        return [.. items.Where(item => item.Split == DatasetSplit.Validation).Select(item => item.Key)];
    }

    private string Zip(params (string Class, int Count)[] classes) =>
        _bench.Material.Zip($"{Guid.NewGuid():n}.zip", [.. classes.SelectMany((each, i) => Pictures(each.Class, each.Count, 50 * i))]);

    private static IEnumerable<(string, byte[])> Pictures(string name, int count, int seed) =>
        Enumerable.Range(0, count).Select(i => ($"{name}/{i}.png", TestMaterial.Png(seed + i)));

    private static byte[] WithAnotherEncoding(byte[] png)
    {
        var picture = new PictureDecoder().Decode(png, "x");
        using var image = NetVips.Image.NewFromMemory(
            picture.Pixels.ToArray(),
            picture.Width,
            picture.Height,
            3,
            NetVips.Enums.BandFormat.Uchar
        );
        return image.PngsaveBuffer(compression: 1);
    }

    private sealed class Recorder(List<ImportProgress> seen) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => seen.Add(value);
    }
}
