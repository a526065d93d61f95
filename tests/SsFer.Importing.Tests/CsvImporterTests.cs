using SsFer.Importing.Tables;

namespace SsFer.Importing.Tests;

public sealed class CsvImporterTests : IDisposable
{
    private static readonly CsvColumns Plain = new() { Image = "file", Label = "age" };
    private static readonly CsvColumns Full = Plain with { Split = "part", Box = ["x", "y", "w", "h"], BoxFormat = BoxFormat.Xywh };

    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Import_LabelsSplitsAndBoxes_AreTaken()
    {
        WritePictures("img/a.png", "img/sub/b.png", "img/c.png");
        var table = _bench.WriteLines(
            "t.csv",
            "File,Age,part,x,y,w,h,remark",
            "sub/b.png,10,Val,,,,,no box",
            "\"a.png\",9,train,1,2,3.5,4,\"quoted, with a comma\"",
            "/elsewhere/img/c.png,,test,-2,0,5,5,unlabelled; box over the edge"
        );

        var (manifest, items) = await _bench.ImportAllAsync(new CsvImporter([_bench.Material.Path("img")], table, Full));

        Assert.Equal(["9", "10"], manifest.Classes);
        Assert.Equal([("train", "9"), ("validation", "10"), ("test", null)], items.Select(item => (item.Split, item.Label)));
        Assert.Equal([1, 2, 4.5f, 6], items[0].Box!);
        Assert.Null(items[1].Box);
        Assert.Equal([-2, 0, 3, 5], items[2].Box!);
        Assert.Empty(manifest.Rejected);
        Assert.Equal(
            ("3", "0", "1"),
            (manifest.Provenance["rows"], manifest.Provenance["rowsWithoutFile"], manifest.Provenance["rowsWithoutLabel"])
        );
    }

    [Fact]
    public async Task Import_OddRowsAndFiles_AreRejectedOrCountedEachWithItsReason()
    {
        WritePictures(
            "img/a.png",
            "img/b.png",
            "img/c.png",
            "img/d.png",
            "img/e.png",
            "img/f.png",
            "img/stranger.png",
            "img/1/twin.png",
            "img/2/twin.png"
        );
        var table = _bench.WriteLines(
            "t.csv",
            "file,age,part,x,y,w,h",
            "a.png,1,train,0,0,4,4",
            "a.png,2,train,0,0,4,4",
            "b.png,1,fold7,0,0,4,4",
            "c.png,1,train,0,0,four,4",
            "d.png,1,train,0,0,0,4",
            "e.png,1,train,100,100,4,4",
            "gone.png,1,train,0,0,4,4",
            "twin.png,1,train,0,0,4,4",
            ",1,train,0,0,4,4",
            "short.png",
            "f.png,1,train,0,0,4,4"
        );

        var manifest = await _bench.ImportAsync(new CsvImporter([_bench.Material.Path("img")], table, Full));

        Assert.Equal(1, manifest.Counts["train"]["1"]);
        Assert.Equal(("11", "2"), (manifest.Provenance["rows"], manifest.Provenance["rowsWithoutFile"]));
        Assert.Equal(
            [
                "img/d.png: its box has no area: 0 0 0 4",
                "img/e.png: its box (100, 100, 104, 104) lies outside its 8 x 8 pixels",
                "img/stranger.png: no row in the table",
                "t.csv line 10: names no picture",
                "t.csv line 2: 'a.png' stands in line 3 too, with another label (1 here, 2 there)",
                "t.csv line 3: 'a.png' stands in line 2 too, with another label (2 here, 1 there)",
                "t.csv line 4: 'b.png': unknown split 'fold7', expected train, training, val, valid, validation, dev or test",
                "t.csv line 5: 'c.png': its box is not four numbers: 0 0 four 4",
                "t.csv line 9: 'twin.png' may be img/1/twin.png or img/2/twin.png",
            ],
            Workbench.Rejections(manifest)
        );
    }

    [Fact]
    public async Task Import_SemicolonsByteOrderMarkAndLabelsInTwoCases_AreOneClass()
    {
        WritePictures("img/a.png", "img/b.png");
        var table = _bench.WriteLines("t.csv", "\ufefffile;age", "a.png;old", "b.png;OLD");

        Assert.Equal(["old"], (await _bench.ImportAsync(new CsvImporter([_bench.Material.Path("img")], table, Plain))).Classes);
    }

    [Fact]
    public async Task Import_TableAmongThePictures_IsNoPicture()
    {
        WritePictures("img/a.png");
        var table = _bench.WriteLines("img/t.csv", "file,age", "a.png,3");

        Assert.Empty((await _bench.ImportAsync(new CsvImporter([_bench.Material.Path("img") + "/."], table, Plain))).Rejected);
    }

    [Fact]
    public async Task Import_Columns_AreToldByTheVersion()
    {
        WritePictures("img/a.png");
        var table = _bench.WriteLines("t.csv", "file,age,part,x,y,w,h", "a.png,3,train,0,0,4,4");

        var plain = (await _bench.ImportAsync(new CsvImporter([_bench.Material.Path("img")], table, Plain))).Provenance;
        var full = (await _bench.ImportAsync(new CsvImporter([_bench.Material.Path("img")], table, Full))).Provenance;

        Assert.Equal(("file", "age"), (plain["imageColumn"], plain["labelColumn"]));
        Assert.DoesNotContain(plain.Keys, key => key is "splitColumn" or "boxColumns" or "boxFormat");
        Assert.Equal(("part", "x, y, w, h", "xywh"), (full["splitColumn"], full["boxColumns"], full["boxFormat"]));
    }

    [Fact]
    public async Task Import_MissingColumn_FailsAndNamesThoseThatAre()
    {
        WritePictures("img/a.png");
        var table = _bench.WriteLines("t.csv", "file,years,gender", "a.png,3,f");

        Assert.Equal(
            $"'{table}' has no column 'age': its columns are file, years, gender",
            await _bench.FailAsync(new CsvImporter([_bench.Material.Path("img")], table, Plain))
        );
    }

    [Theory]
    [InlineData("file,ages,gender", "has no column 'age' (did you mean 'ages'?): its columns are file, ages, gender")]
    [InlineData("file,AEG,gender", "has no column 'age' (did you mean 'AEG'?): its columns are")]
    public async Task Import_MistypedColumn_NamesTheNearest(string header, string expected)
    {
        WritePictures("img/a.png");
        var table = _bench.WriteLines("t.csv", header, "a.png,3,f");

        Assert.Contains(
            expected,
            await _bench.FailAsync(new CsvImporter([_bench.Material.Path("img")], table, Plain)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_TableOfOtherPictures_FailsAndNamesTheFirstRow()
    {
        WritePictures("img/a.png");
        var table = _bench.WriteLines("t.csv", "file,age", "b.png,3");

        Assert.Equal(
            $"no row of '{table}' can be brought together with a picture in '{_bench.Material.Path("img")}'; line 2: there is "
                + $"no file 'b.png'",
            await _bench.FailAsync(new CsvImporter([_bench.Material.Path("img")], table, Plain))
        );
    }

    [Fact]
    public async Task Import_EmptyOrMissingTable_FailsAndNamesIt()
    {
        WritePictures("img/a.png");

        Assert.Contains(
            "t.csv' is empty",
            await _bench.FailAsync(new CsvImporter([_bench.Material.Path("img")], _bench.Material.Write("t.csv", []), Plain)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "none.csv' does not exist",
            await _bench.FailAsync(new CsvImporter([_bench.Material.Path("img")], _bench.Material.Path("none.csv"), Plain)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Columns_ThreeForABox_AreRefused() => Assert.Throws<ArgumentException>(() => Plain with { Box = ["x", "y", "w"] });

    private void WritePictures(params string[] names)
    {
        foreach (var (i, name) in names.Index())
        {
            _bench.Material.Write(name, TestMaterial.Png(i));
        }
    }
}
