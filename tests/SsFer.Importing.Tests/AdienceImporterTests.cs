using SsFer.Importing.Adience;

namespace SsFer.Importing.Tests;

public sealed class AdienceImporterTests : IDisposable
{
    private const string Header =
        "user_id\toriginal_image\tface_id\tage\tgender\tx\ty\tdx\tdy\ttilt_ang\tfiducial_yaw_angle\tfiducial_score";
    private readonly Workbench _bench = new();

    private string Root => _bench.Material.Path("adience");

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("(0, 2)", "0-2")]
    [InlineData("(8, 12)", "8-13")]
    [InlineData("(60, 100)", "60+")]
    [InlineData("(27, 32)", "25-32")]
    [InlineData("(38, 42)", "38-43")]
    [InlineData("(38, 48)", "38-43")] // six years against one
    [InlineData("13", "8-13")]
    [InlineData("22", "15-20")]
    [InlineData("23", "25-32")]
    [InlineData("34", "25-32")]
    [InlineData("36", "38-43")]
    [InlineData("45", "38-43")]
    [InlineData("46", "48-53")]
    [InlineData("57", "60+")]
    [InlineData("None", null)]
    [InlineData("", null)]
    public void Age_OfficialOrStray_GoesToTheNearestGroup(string cell, string? group) =>
        Assert.Equal(group, AdienceLabels.Parse(AdienceTask.Age, cell));

    [Theory]
    [InlineData("3", "age 3 is as near to 0-2 as to 4-6")]
    [InlineData("35", "age 35 is as near to 25-32 as to 38-43")]
    [InlineData("(8, 23)", "age (8, 23) is as near to 8-13 as to 15-20")]
    [InlineData("young", "'young' is no age")]
    public void Age_BetweenTwoGroupsOrNone_IsRefused(string cell, string reason) =>
        Assert.Equal(reason, Assert.Throws<FormatException>(() => AdienceLabels.Parse(AdienceTask.Age, cell)).Message);

    [Fact]
    public async Task Import_AgeWithAValidationFold_TakesAlignedFacesBeforeOthers()
    {
        WriteFolds();

        var (manifest, items) = await _bench.ImportAllAsync(new AdienceImporter([Root], AdienceTask.Age, validationFold: 1));

        Assert.Equal(["0-2", "4-6", "8-13", "15-20", "25-32", "38-43", "48-53", "60+"], manifest.Classes);
        Assert.Equal(
            [
                ("train", "25-32", "adience/aligned/30601258@N03/landmark_aligned_face.1.10399646885_67c7d20df9_o.jpg"),
                ("train", null, "adience/faces/30601258@N03/coarse_tilt_aligned_face.2.b.jpg"),
                ("validation", "60+", "adience/faces/9@N01/coarse_tilt_aligned_face.5.c.jpg"),
            ],
            items.Select(item => (item.Split, item.Label, item.Source))
        );
        Assert.Equal(["fold_1_data.txt line 3: age 35 is as near to 25-32 as to 38-43"], Workbench.Rejections(manifest));
        Assert.Equal(
            ("5", "1", "1", "1"),
            (
                manifest.Provenance["rows"],
                manifest.Provenance["rowsWithoutFile"],
                manifest.Provenance["rowsWithoutLabel"],
                manifest.Provenance["validationFold"]
            )
        );
    }

    [Fact]
    public async Task Import_Gender_TakesTheOtherColumn()
    {
        WriteFolds();

        var manifest = await _bench.ImportAsync(new AdienceImporter([Root], AdienceTask.Gender));

        Assert.Equal((1, 2, 1), (manifest.Counts["train"]["female"], manifest.Counts["train"]["male"], manifest.Counts["train"][""]));
        Assert.Equal(["train"], manifest.Counts.Keys);
    }

    [Fact]
    public async Task Import_FoldThatIsNotThere_FailsAndNamesThoseThatAre()
    {
        WriteFolds();

        Assert.EndsWith(
            "the folds there are 0, 1",
            await _bench.FailAsync(new AdienceImporter([Root], AdienceTask.Age, validationFold: 4)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_WithoutFoldsOrFaces_FailsAndSaysWhatIsMissing()
    {
        _bench.Material.Write("only/u/landmark_aligned_face.1.a.jpg", TestMaterial.Png(1));
        _bench.WriteLines("lists/fold_0_data.txt", Header, Row("u", "a.jpg", 1, "(0, 2)", "f"));

        Assert.Contains(
            "there is no fold_0_data.txt",
            await _bench.FailAsync(new AdienceImporter([_bench.Material.Path("only")], AdienceTask.Age)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "none of the 1 faces",
            await _bench.FailAsync(new AdienceImporter([_bench.Material.Path("lists")], AdienceTask.Age)),
            StringComparison.Ordinal
        );
    }

    private static string Row(string user, string original, int face, string age, string gender) =>
        $"{user}\t{original}\t{face}\t{age}\t{gender}\t0\t0\t816\t816\t-115\t30\t17";

    private void WriteFolds()
    {
        _bench.WriteLines(
            "adience/fold_0_data.txt",
            Header,
            Row("30601258@N03", "10399646885_67c7d20df9_o.jpg", 1, "(25, 32)", "f"),
            Row("30601258@N03", "b.jpg", 2, "None", "m"),
            Row("30601258@N03", "gone.jpg", 3, "(25, 32)", "m")
        );
        _bench.WriteLines(
            "adience/fold_1_data.txt",
            Header,
            Row("9@N01", "c.jpg", 5, "(60, 100)", "u"),
            Row("9@N01", "d.jpg", 6, "35", "m")
        );
        _bench.Material.Write("adience/aligned/30601258@N03/landmark_aligned_face.1.10399646885_67c7d20df9_o.jpg", TestMaterial.Png(1));
        _bench.Material.Write("adience/faces/30601258@N03/coarse_tilt_aligned_face.1.10399646885_67c7d20df9_o.jpg", TestMaterial.Png(2));
        _bench.Material.Write("adience/faces/30601258@N03/coarse_tilt_aligned_face.2.b.jpg", TestMaterial.Png(3));
        _bench.Material.Write("adience/faces/9@N01/coarse_tilt_aligned_face.5.c.jpg", TestMaterial.Png(4));
        _bench.Material.Write("adience/faces/9@N01/coarse_tilt_aligned_face.6.d.jpg", TestMaterial.Png(5));
    }
}
