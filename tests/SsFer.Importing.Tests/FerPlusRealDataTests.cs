using SsFer.Artifacts.Storage;
using SsFer.Importing.FerPlus;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.Tests;

/// <summary>The published files themselves; the expected figures were counted independently of this code.</summary>
[Trait("Category", "Slow")]
public sealed class FerPlusRealDataTests
{
    private static string Votes => Path.Combine(TestMaterial.RealData, "ferplus", "fer2013new.csv");

    private static string Pictures(string file) => Path.Combine(TestMaterial.RealData, "ferplus", file);

    [Theory]
    [InlineData("train", FerPlusRule.Plurality, "10309 7528 3562 3515 2467 191 652 165", 28_389)]
    [InlineData("validation", FerPlusRule.Plurality, "1335 899 456 412 319 34 74 24", 3_553)]
    [InlineData("train", FerPlusRule.Majority, null, 25_060)]
    [InlineData("validation", FerPlusRule.Majority, null, 3_199)]
    public async Task Votes_LabelledRows_AreThoseKnown(string split, FerPlusRule rule, string? perClass, int total)
    {
        var votes = await FerPlusVotes.ReadAsync(Votes, null, TestContext.Current.CancellationToken);
        var labels = votes
            .Rows.Where(row => row.Split == split)
            .Select(row => FerPlusLabels.Decide(rule, row.Votes.AsSpan()))
            .Where(label => label is not null)
            .ToList();

        Assert.Equal(total, labels.Count);
        if (perClass is not null)
        {
            Assert.Equal(perClass, string.Join(' ', FerPlusLabels.Classes.Select(name => labels.Count(label => label == name))));
        }
    }

    [Fact]
    public async Task Match_PublishedArchives_LeavesNoFileOver()
    {
        using var train = PictureSource.Open(Pictures("FER2013Train.zip"));
        using var valid = PictureSource.Open(Pictures("FER2013Valid.zip"));

        var plan = FerPlusPlan.Match(
            await FerPlusVotes.ReadAsync(Votes, null, TestContext.Current.CancellationToken),
            "fer2013new.csv",
            train.Entries.Select(e => new SourceFile(train, e)).Concat(valid.Entries.Select(e => new SourceFile(valid, e))),
            FerPlusRule.Plurality,
            Contradictions.LeaveOut
        );

        Assert.Empty(plan.Rejected);
        Assert.Equal(3, plan.RepeatedNames);
        Assert.Equal(158, plan.RowsWithoutFile);
        Assert.Equal(28_558, plan.Pictures.Count(picture => picture.Split == "train"));
        Assert.Equal(28_386, plan.Pictures.Count(picture => picture is { Split: "train", Label: not null }));
        Assert.Equal(3_553, plan.Pictures.Count(picture => picture is { Split: "validation", Label: not null }));
    }

    [Fact]
    public async Task Import_Published_FindsTheDuplicatesAcrossSplits()
    {
        using var material = new TestMaterial();
        var store = new FolderArtifactStore(material.Path("store"));

        var manifest = await new FerPlusImporter(
            [Pictures("FER2013Train.zip"), Pictures("FER2013Valid.zip")],
            Votes,
            FerPlusRule.Plurality
        ).ImportAsync(store, "ferplus", new ImportOptions(), null, TestContext.Current.CancellationToken);

        Assert.Empty(manifest.Rejected);
        Assert.Equal("279", manifest.Provenance["duplicatesAcrossSplits"]);
        Assert.Equal((28_558, 3_579), (manifest.Counts["train"].Values.Sum(), manifest.Counts["validation"].Values.Sum()));
        Assert.Equal(
            (10_308, 3_514, 2_466),
            (manifest.Counts["train"]["neutral"], manifest.Counts["train"]["sadness"], manifest.Counts["train"]["anger"])
        );
    }
}
