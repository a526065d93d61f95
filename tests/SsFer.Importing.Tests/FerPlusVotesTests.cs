using SsFer.Importing.FerPlus;

namespace SsFer.Importing.Tests;

public sealed class FerPlusVotesTests
{
    private const string Header = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF";

    [Fact]
    public void Parse_Rows_GiveSplitNameAndVotes()
    {
        var votes = Parse(
            "Training,a.png,4,0,0,1,3,2,0,0,0,0",
            "PublicTest,b.png,0,0,0,0,0,0,0,0,0,10",
            "PrivateTest,c.png,0,10,0,0,0,0,0,0,0,0"
        );

        Assert.Equal(
            [("a.png", "train", 2), ("b.png", "validation", 3), ("c.png", "test", 4)],
            votes.Rows.Select(row => (row.Image, row.Split, row.Line))
        );
        Assert.Equal([4, 0, 0, 1, 3, 2, 0, 0, 0, 0], votes.Rows[0].Votes);
    }

    [Fact]
    public void Parse_NamelessAndRepeatedRows_AreCounted()
    {
        var votes = Parse(
            "Training,,0,0,0,0,0,0,0,0,0,10",
            "Training,a.png,10,0,0,0,0,0,0,0,0,0",
            "Training,a.png,10,0,0,0,0,0,0,0,0,0",
            ""
        );

        Assert.Equal((3, 2, 1), (votes.RowCount, votes.Rows.Count, votes.NamelessRows));
    }

    [Theory]
    [InlineData("emotion,pixels,Usage", "has no column 'Image name'")]
    [InlineData("Usage,Image name,neutral,hapiness,surprise,sadness,anger,disgust,fear,contempt", "did you mean 'hapiness'?")]
    [InlineData("", "is empty")]
    public void Parse_WrongHeader_NamesExpectedAndFoundColumns(string header, string expected)
    {
        var error = Assert.Throws<ImportException>(() => FerPlusVotes.Parse(new StringReader(header), "votes.csv"));

        Assert.Contains("'votes.csv'", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        if (header.Length > 0)
        {
            Assert.Contains(Header, error.Message, StringComparison.Ordinal);
            Assert.Contains(header.Replace(",", ", ", StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("neutral,Usage,NF,Image name,{0}", "9,Training,1,a.png,0,0,0,0,0,0,0,0", ",")]
    [InlineData("id;USAGE;image_name;Neutral;NF;{0}", "7;Training;a.png;9;1;0;0;0;0;0;0;0;0", ";")]
    [InlineData("Usage\tImage name\t{0}\tneutral\tnf\r", "Training\ta.png\t0.0\t0.0\t0.0\t0\t0\t0\t0\t0\t9.0\t1.0\r", "\t")]
    [InlineData("\"Usage\",\"Image name\",neutral,NF,{0}", "\"Training\",\"a.png\",\"9\",1,0,0,0,0,0,0,0,0", ",")]
    public void Parse_TableOfAnotherShape_GivesTheSameVotes(string header, string row, string delimiter)
    {
        string[] others = ["happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown"];
        var columns = header.Replace("{0}", string.Join(delimiter, others), StringComparison.Ordinal);

        var votes = FerPlusVotes.Parse(new StringReader($"{columns}\n{row}"), "votes.csv");

        var read = Assert.Single(votes.Rows);
        Assert.Equal(("a.png", "train"), (read.Image, read.Split));
        Assert.Equal([9, 0, 0, 0, 0, 0, 0, 0, 0, 1], read.Votes);
        Assert.Empty(votes.MissingColumns);
    }

    [Fact]
    public void Parse_WithoutColumnsThatAreNoClass_TakesThemAsNoVotes()
    {
        var header = Header.Replace(",unknown,NF", "", StringComparison.Ordinal);
        var votes = FerPlusVotes.Parse(new StringReader($"{header}\nTraining,a.png,4,0,0,1,3,2,0,0"), "votes.csv");

        Assert.Equal([4, 0, 0, 1, 3, 2, 0, 0, 0, 0], Assert.Single(votes.Rows).Votes);
        Assert.Equal(["unknown", "NF"], votes.MissingColumns);
    }

    [Theory]
    [InlineData("Training,a.png,1,2,3", "line 2: '' under sadness is not a count")]
    [InlineData("Training,a.png,10,0,0,0,0,0,0,0,0,0,0", "line 2: has 13 cells under 12 columns")]
    [InlineData("Training,a.png,9.5,0,0,0,0,0,0,0,0,0", "line 2: '9.5' under neutral is not a count")]
    [InlineData("Practice,a.png,10,0,0,0,0,0,0,0,0,0", "line 2: unknown usage 'Practice'")]
    [InlineData("Training,a.png,ten,0,0,0,0,0,0,0,0,0", "line 2: 'ten' under neutral is not a count")]
    [InlineData("Training,a.png,10,-1,0,0,0,0,0,0,0,0", "line 2: '-1' under happiness is not a count")]
    [InlineData("Training,a.png,10,0,0,0,0,0,0,0,0,2000000000", "line 2: '2000000000' under NF is not a count")]
    public void Parse_BadRow_IsLeftOutAndNamesLineAndCell(string row, string expected)
    {
        var votes = Parse(row, "Training,b.png,10,0,0,0,0,0,0,0,0,0");

        var rejected = Assert.Single(votes.Rejected);
        Assert.StartsWith($"votes.csv {expected}", $"{rejected.Source}: {rejected.Reason}", StringComparison.Ordinal);
        Assert.Equal(("b.png", 2), (Assert.Single(votes.Rows).Image, votes.RowCount));
        var error = Assert.Throws<ImportException>(() => Parse(row));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_MissingFile_NamesItAndTheCure()
    {
        var error = await Assert.ThrowsAsync<ImportException>(() =>
            FerPlusVotes.ReadAsync("/nowhere/fer2013new.csv", null, TestContext.Current.CancellationToken)
        );

        Assert.Contains("'/nowhere/fer2013new.csv' does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains("--votes", error.Message, StringComparison.Ordinal);
    }

    private static FerPlusVotes Parse(params string[] rows) =>
        FerPlusVotes.Parse(new StringReader(string.Join('\n', [Header, .. rows])), "votes.csv");
}
