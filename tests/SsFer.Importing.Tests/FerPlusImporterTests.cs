using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing.FerPlus;
using SsFer.Importing.Labels;

namespace SsFer.Importing.Tests;

public sealed class FerPlusImporterTests : IDisposable
{
    private readonly TestMaterial _material = new();
    private readonly FolderArtifactStore _store;

    public FerPlusImporterTests() => _store = new FolderArtifactStore(_material.Path("store"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _material.Dispose();

    [Fact]
    public async Task Import_VotesAmongThePictures_AreNoPicture()
    {
        _material.Write("fer1.png", TestMaterial.Png(1));
        var votes = _material.Votes("Training,fer1.png,10,0,0,0,0,0,0,0,0,0");

        Assert.Empty(
            (
                await new FerPlusImporter([_material.Root], votes, FerPlusRule.Plurality).ImportAsync(
                    _store,
                    "fer",
                    new ImportOptions(),
                    null,
                    Token
                )
            ).Rejected
        );
    }

    [Fact]
    public async Task Import_Miniature_LabelsByBothRulesAndCountsWhatIsOdd()
    {
        var train = _material.Zip(
            "Train.zip",
            ("T/fer1.png", TestMaterial.Png(1)),
            ("T/fer2.png", TestMaterial.Png(2)),
            ("T/fer3.png", TestMaterial.Png(3)),
            ("T/stranger.png", TestMaterial.Png(4))
        );
        var valid = _material.Zip(
            "Valid.zip",
            ("V/fer7.png", TestMaterial.Png(1)),
            ("V/fer8.png", [0]),
            ("V/fer3.png", TestMaterial.Png(3))
        );
        var votes = _material.Votes(
            "Training,fer1.png,10,0,0,0,0,0,0,0,0,0",
            "Training,fer2.png,4,0,0,1,3,2,0,0,0,0", // plurality neutral, no majority
            "Training,fer2.png,4,0,0,1,3,2,0,0,0,0",
            "Training,fer3.png,0,0,0,0,0,0,0,0,9,1", // unknown wins
            "Training,fer4.png,0,10,0,0,0,0,0,0,0,0", // no file
            "Training,,0,0,0,0,0,0,0,0,0,10",
            "PublicTest,fer7.png,0,10,0,0,0,0,0,0,0,0",
            "PublicTest,fer8.png,0,10,0,0,0,0,0,0,0,0"
        );

        var manifest = await new FerPlusImporter([train, valid], votes, FerPlusRule.Plurality).ImportAsync(
            _store,
            "fer",
            new ImportOptions(),
            null,
            Token
        );

        var items = (await _material.ReadAllAsync(_store, manifest, Token)).ConvertAll(e => e.Entry.Item);
        Assert.Equal(
            [
                ("fer1", "train", "neutral", null),
                ("fer2", "train", "neutral", null),
                ("fer3", "train", null, null),
                ("fer7", "validation", "happiness", "fer1"),
            ],
            items.Select(item => (item.Key, item.Split, item.Label, item.DuplicateOf))
        );
        Assert.Equal("anger 3, disgust 2, neutral 4, sadness 1", Votes(items[1]));
        Assert.Equal("neutral 10", Votes(items[0]));
        Assert.Null(items[2].Votes); // nobody saw a class in it
        Assert.Equal("happiness 10", Votes(items[3]));
        Assert.Equal([("train", 2), ("validation", 1)], manifest.Voted!.Select(split => (split.Key, split.Value)));
        Assert.Equal(("neutral", null), (items[1].LabelsByRule!["plurality"], items[1].LabelsByRule!["majority"]));
        Assert.Equal(
            ["Train.zip/T/stranger.png: no row in the votes file", "Valid.zip/V/fer3.png: a picture of this name was there before"],
            manifest.Rejected.Where(item => item.Source != "Valid.zip/V/fer8.png").Select(item => $"{item.Source}: {item.Reason}")
        );
        Assert.Equal(3, manifest.Rejected.Count);
        Assert.Equal(
            "contradictingPictures 2, contradictionList Valid.zip/V/fer7.png has the pixels of 'Train.zip/T/fer1.png' under another "
                + "label (happiness here, neutral there), contradictions keep, "
                + "droppedByRule 1, duplicates 1, duplicatesAcrossSplits 1, importer ferplus, repeatedNames 1, rows 8, "
                + "rowsWithoutFile 2, rule plurality",
            string.Join(
                ", ",
                manifest.Provenance.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}")
            )
        );
        Assert.Equal(FerPlusLabels.Classes, manifest.Classes);
    }

    [Fact]
    public async Task Import_MajorityRule_DecidesTheLabel()
    {
        var zip = _material.Zip("a.zip", ("a.png", TestMaterial.Png(1)));
        var votes = _material.Votes("Training,a.png,4,0,0,1,3,2,0,0,0,0");

        var manifest = await new FerPlusImporter([zip], votes, FerPlusRule.Majority).ImportAsync(
            _store,
            "fer",
            new ImportOptions(),
            null,
            Token
        );

        Assert.Equal(1, manifest.Counts["train"][""]);
    }

    [Fact]
    public async Task Import_VotesOfAnotherSet_NamesBothFiles()
    {
        var zip = _material.Zip("a.zip", ("a.png", TestMaterial.Png(1)));
        var votes = _material.Votes("Training,b.png,10,0,0,0,0,0,0,0,0,0");

        var error = await Assert.ThrowsAsync<ImportException>(() =>
            new FerPlusImporter([zip], votes, FerPlusRule.Plurality).ImportAsync(_store, "fer", new ImportOptions(), null, Token)
        );

        Assert.Equal($"no picture in '{zip}' is named in '{votes}': do they belong together?", error.Message);
    }

    [Theory]
    [InlineData(Contradictions.LeaveOut, "a.png neutral", 2)]
    [InlineData(Contradictions.Votes, "a.png neutral, twice.png happiness", 0)]
    [InlineData(Contradictions.Keep, "a.png neutral, twice.png neutral, twice.png happiness", 0)]
    public async Task Import_NameTwiceWithOtherVotes_IsTreatedAsChosen(Contradictions choice, string expected, int rejected)
    {
        var zip = _material.Zip("t.zip", ("a.png", TestMaterial.Png(1)), ("twice.png", TestMaterial.Png(2)));
        var votes = _material.Votes(
            "Training,a.png,10,0,0,0,0,0,0,0,0,0",
            "Training,a.png,8,2,0,0,0,0,0,0,0,0", // other votes, the same label: harmless
            "PrivateTest,twice.png,5,0,0,1,1,0,0,0,3,0",
            "PrivateTest,twice.png,0,10,0,0,0,0,0,0,0,0",
            "PrivateTest,elsewhere.png,0,10,0,0,0,0,0,0,0,0",
            "PrivateTest,,0,10,0,0,0,0,0,0,0,0"
        );

        var manifest = await new FerPlusImporter([zip], votes, FerPlusRule.Plurality).ImportAsync(
            _store,
            "fer",
            new ImportOptions { Contradictions = choice },
            null,
            Token
        );

        var items = (await _material.ReadAllAsync(_store, manifest, Token)).ConvertAll(e => e.Entry.Item);
        Assert.Equal(expected, string.Join(", ", items.Select(item => $"{item.Source.Split('/')[1]} {item.Label}")));
        Assert.Equal(("1", "1"), (manifest.Provenance["repeatedNames"], manifest.Provenance["contradictingPictures"]));
        Assert.Equal(rejected, manifest.Rejected.Count);
        Assert.All(manifest.Rejected, item => Assert.Contains("'twice.png' stands in line", item.Reason, StringComparison.Ordinal));
        Assert.Contains(ImportFindings.Of(manifest), finding =>
            finding.StartsWith("1 picture has several labels", StringComparison.Ordinal)
        );
        Assert.Equal(
            choice == Contradictions.Votes,
            manifest.Provenance.GetValueOrDefault("contradictionList", "").EndsWith("; by votes happiness", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Import_OtherTableOfTheSameVotes_GivesTheSamePictures()
    {
        var zip = _material.Zip(
            "t.zip",
            ("train/a.png", TestMaterial.Png(1)),
            ("test/a.png", TestMaterial.Png(2)),
            ("b.png", TestMaterial.Png(3))
        );
        var votes = _material.Write(
            "v.csv",
            "\ufeffimage_name;Usage;Happiness;neutral;surprise;sadness;anger;disgust;fear;contempt;unknown;remark\r\n"u8
                .ToArray()
                .Concat("\"train\\a.png\";Training;1.0;9;0;0;0;0;0;0;0;x\r\n./test/a.png;PrivateTest;8;2;0;0;0;0;0;0;0;\r\n"u8.ToArray())
                .Concat("b;PublicTest;8;2;0;0;0;0;0;0;0;y, z\r\n"u8.ToArray())
                .ToArray()
        );

        var manifest = await ImportAsync(zip, votes);

        var items = (await _material.ReadAllAsync(_store, manifest, Token)).ConvertAll(e => e.Entry.Item);
        Assert.Equal(
            ["t.zip/b.png validation happiness", "t.zip/test/a.png test happiness", "t.zip/train/a.png train neutral"],
            items.Select(item => $"{item.Source} {item.Split} {item.Label}").Order(StringComparer.Ordinal)
        );
        Assert.Empty(manifest.Rejected);
        Assert.Equal(["columns that the votes file has not, as if nobody had voted so: NF"], ImportFindings.Of(manifest));
    }

    [Fact]
    public async Task Import_PictureWhoseRowIsRejected_IsNotSaidToHaveNoRow()
    {
        var zip = _material.Zip("t.zip", ("a.png", TestMaterial.Png(1)), ("b.png", TestMaterial.Png(2)), ("c.png", TestMaterial.Png(3)));

        var manifest = await ImportAsync(
            zip,
            _material.Votes(
                "Training,a.png,9,0,0,0,0,0,0,0,0,1",
                "Training,b.png,ten,0,0,0,0,0,0,0,0,0",
                "Training,c.png,1,0,0,0,0,0,0,0,0,0,5"
            )
        );

        Assert.Equal(
            ["votes.csv line 3: 'ten' under neutral is not a count of votes", "votes.csv line 4: has 13 cells"],
            Workbench.Rejections(manifest).Select(reason => reason.Split(" under 12")[0])
        );
    }

    private Task<Artifacts.Datasets.DatasetManifest> ImportAsync(string images, string votes) =>
        new FerPlusImporter([images], votes, FerPlusRule.Plurality).ImportAsync(_store, "fer", new ImportOptions(), null, Token);

    [Fact]
    public async Task Import_MissingVotes_FailsBeforeReadingAPicture()
    {
        var error = await Assert.ThrowsAsync<ImportException>(() =>
            new FerPlusImporter(["/nowhere.zip"], _material.Path("none.csv"), FerPlusRule.Plurality).ImportAsync(
                _store,
                "fer",
                new ImportOptions(),
                null,
                Token
            )
        );

        Assert.Contains("none.csv' does not exist", error.Message, StringComparison.Ordinal);
    }

    private static string Votes(DatasetItem item) => string.Join(", ", item.Votes!.Select(votes => $"{votes.Key} {votes.Value}"));
}
