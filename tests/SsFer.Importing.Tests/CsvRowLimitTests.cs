using SsFer.Importing.Tables;

namespace SsFer.Importing.Tests;

public sealed class CsvRowLimitTests
{
    [Theory]
    [InlineData(",")]
    [InlineData("\"\n\",")]
    [InlineData("\"\"\"\",")]
    [InlineData(" \"a\" ,")]
    public void Table_OfARowOfMillionsOfCells_IsRefusedBeforeItIsHeld(string cell)
    {
        using var text = new StringReader(string.Concat(Enumerable.Repeat(cell, 1_000_000)));

        var error = Assert.Throws<ImportException>(() => CsvTable.Open(text, "wide.csv"));

        Assert.Contains("a row has more than 10000 cells", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n")]
    [InlineData("\"a,,,\"\",,,\",b\r\n")]
    [InlineData("5\" nails,b\n")]
    [InlineData(" \"a\" , \"b\" \r")]
    public void Text_OfManyRows_IsReadAsItIs(string row)
    {
        var whole = string.Concat(Enumerable.Repeat(row, 20_000));
        using var limited = new CsvRowLimit(new StringReader(whole), ",");

        Assert.Equal(whole, limited.ReadToEnd());
    }
}
