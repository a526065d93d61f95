using SsFer.Cli.Commands.Experiments;
using SsFer.Cli.Terminal;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Tests.Experiments;

public sealed class ExperimentTableTests : IDisposable
{
    private const string OneColumn = """{"title": "t", "question": "q", "columns": [{"id": "a", "name": "a", "labels": "5%"}], "rows": [""";

    private readonly Material _material = new();

    public static TheoryData<string> BuiltIn => [.. ExperimentTable.BuiltIn];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Table_ThatComesWithTheProgram_HasRecipesThatCanBe(string name)
    {
        var faces = new ExperimentFaces("faces", [], "faces:validation");
        foreach (var recipe in (Recipe[])[RecipeCatalog.Paper, RecipeCatalog.Compact, RecipeCatalog.Smoke])
        {
            var runs = new ExperimentRuns(ExperimentTable.Open(name), recipe, [], faces, Seeds: 2);

            Assert.All(runs.Cells, cell => LabelBudget.Parse(runs.RequestOf(cell).Labels!));
            // What rows change in stage two or three leaves them the encoder that they share
            Assert.Equal(
                runs.Table.Rows.Any(row => row.Encoder) ? 2 : 0,
                runs.Cells.Select(runs.EncoderOf).OfType<RunRequest>().Select(encoder => encoder.Recipe.ToJson()).Distinct().Count()
            );
        }
    }

    /// <summary>Two rows that are the same run would be measured twice and differ by nothing.</summary>
    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Rows_OfATable_AreDifferentRuns(string name)
    {
        var table = ExperimentTable.Open(name);

        var asked = table.Rows.Select(row =>
            (RecipeCatalog.Get("compact").With([.. table.Set, .. row.Set]).ToJson(), row.Encoder, row.Teacher)
        );

        Assert.Equal(table.Rows.Count, asked.Distinct().Count());
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("null", "it is null")]
    [InlineData("""{"title": "t", "question": "q", "columns": [], "rows": []}""", "no rows or no columns")]
    [InlineData("""{"title": "t", "question": "q", "colums": [], "rows": []}""", "colums")]
    [InlineData(OneColumn + """{"id": "r", "name": "r", "paper": [1, 2]}]}""", "2 figures of the paper for 1 columns")]
    [InlineData(OneColumn + """{"id": "r", "name": "r"}, {"id": "r", "name": "s"}]}""", "two rows 'r'")]
    public void Table_ThatIsNone_IsRefusedWithTheReason(string json, string reason)
    {
        var file = _material.Write("own.json", System.Text.Encoding.UTF8.GetBytes(json));

        var refusal = Assert.Throws<UsageException>(() => ExperimentTable.Open(file));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_Mistyped_IsToldTheNearest() =>
        Assert.Contains(
            "did you mean 'losses'",
            Assert.Throws<UsageException>(() => ExperimentTable.Open("loses")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Columns_Chosen_KeepTheirFiguresOfThePaper()
    {
        var table = ExperimentTable.Open("parts").WithColumns(["25", "5"]);

        Assert.Equal(["5", "25"], table.Columns.Select(column => column.Id));
        Assert.Equal([81.77, 85.82], table.Rows.Single(row => row.Id == "both").Paper!);
        Assert.Contains("no column '50'", Assert.Throws<UsageException>(() => table.WithColumns(["50"])).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _material.Dispose();
}
