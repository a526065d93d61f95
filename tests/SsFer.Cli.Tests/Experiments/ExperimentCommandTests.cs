using System.Globalization;
using System.Text.Json;
using SsFer.Cli.Tests.Training;

namespace SsFer.Cli.Tests.Experiments;

[Trait("Category", "Slow")]
public sealed class ExperimentCommandTests : IAsyncLifetime
{
    private const string Table = """
        {
          "title": "Mixing", "question": "Does it matter?", "set": ["Execution.Precision=Fp32"],
          "columns": [{ "id": "60", "name": "60 %", "labels": "60%" }],
          "rows": [
            { "id": "facemix", "name": "FaceMix", "paper": [81.5] },
            { "id": "plain", "name": "none, from scratch", "set": ["FineTuning.Mixing=None"], "encoder": false, "teacher": false }
          ]
        }
        """;

    private static readonly string[] Run = ["experiment", "own.json", "--dataset", "mini", "--scale", "smoke", "--seeds", "2"];

    private TrainingMaterial _material = null!;

    public async ValueTask InitializeAsync()
    {
        _material = await TrainingMaterial.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(_material.Root, "own.json"), Table, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Experiment_OfATable_HasAFigureForEachRowAndSeed_AndRepeatsNothing()
    {
        var first = await _material.RunAsync([.. Run, "--csv", "own.csv", "--json"]);
        first.AssertDone();
        var stored = _material.Snapshot();
        var again = await _material.RunAsync([.. Run, "--json"]);
        again.AssertDone();
        var shown = await _material.RunAsync(["experiment", "show", .. Run[1..]]);
        shown.AssertDone();

        var figures = first.Json.GetProperty("figures").EnumerateArray().ToList();
        Assert.Equal(["FaceMix", "none, from scratch"], figures.Select(figure => figure.GetProperty("row").GetString()));
        foreach (var (row, figure) in ((string[])["facemix", "plain"]).Zip(figures))
        {
            Assert.Equal([Accuracy(row, 0), Accuracy(row, 1)], Numbers(figure, "accuracies"));
        }

        Assert.Equal(
            [Accuracy("plain", 0) - Accuracy("facemix", 0), Accuracy("plain", 1) - Accuracy("facemix", 1)],
            Numbers(figures[1], "differences")
        );
        Assert.Equal(first.Output, again.Output);
        Assert.DoesNotContain("run own", again.Error, StringComparison.Ordinal);
        Assert.Equal(stored, _material.Snapshot());
        Assert.Contains("2/2", shown.Output, StringComparison.Ordinal);
        Assert.Contains("81.50", shown.Output, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(Path.Combine(_material.Root, "own.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("own,smoke,\"60 %\",\"FaceMix\",0,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Experiment_OfTwoProcessesOverOneStore_IsSharedAndDoesNoRunTwice()
    {
        using var one = _material.Start([.. Run, "--json"]);
        using var other = _material.Start([.. Run, "--json"]);
        var (first, second) = (await one.WaitAsync(), await other.WaitAsync());
        first.AssertDone();
        second.AssertDone();

        Assert.Equal(first.Output, second.Output);
        var records = Directory
            .EnumerateFiles(Path.Combine(_material.Root, ".ssfer/runs"), "*.json", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "stages")
            .Select(file => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(file)))
            .ToList();
        Assert.Equal(2 * (1 + 3 + 2), records.Count); // a seed: the encoder; two trainings and an evaluation; a training and an evaluation
        Assert.All(records, record =>
            Assert.Equal((1, 1), (record.GetProperty("fence").GetInt32(), record.GetProperty("attempt").GetInt32()))
        );
        Assert.True(Begun(first) > 0 && Begun(second) > 0, "each took its part");
        Assert.True(Begun(first) + Begun(second) < 12, "most were done by one and not waited for by the other");

        static int Begun(SsferResult result) =>
            result.Error.Split('\n').Count(line => line.StartsWith("run own-mini-smoke-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("there is no table 'nosie': did you mean 'noise'?", "experiment", "nosie")]
    [InlineData("has no column '7'", "experiment", "losses", "--columns", "7")]
    [InlineData("--seeds 0", "experiment", "losses", "--seeds", "0")]
    [InlineData("without a split", "experiment", "losses", "--dataset", "mini:train", "--scale", "smoke")]
    [InlineData("nobody", "experiment", "losses", "--dataset", "nobody", "--scale", "smoke")]
    [InlineData("losses-mini-smoke-l4-5-0", "experiment", "losses", "--dataset", "mini", "--scale", "smoke")] // too few labels for a batch
    [InlineData("Required argument missing", "experiment")]
    public async Task Experiment_ThatCannotBe_IsRefusedBeforeAnyRun(string word, params string[] command)
    {
        var refused = await _material.RunAsync(command);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(word, refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_material.Root, ".ssfer/runs")));
    }

    [Fact]
    public async Task List_NamesTheTablesAndWhereTheyStandInThePaper()
    {
        var listed = await _material.RunAsync("experiment", "list");

        listed.AssertDone();
        Assert.Contains("Table 8", listed.Output, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        _material.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the model's own card says, in per cent.</summary>
    private double Accuracy(string row, int seed)
    {
        var path = Path.Combine(
            _material.Root,
            ".ssfer/models",
            string.Create(CultureInfo.InvariantCulture, $"own-mini-smoke-{row}-60-{seed}"),
            "card.json"
        );
        var card = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(path));
        return 100
            * card.GetProperty("evaluations")
                .EnumerateArray()
                .Single(each => each.GetProperty("model").GetString() == card.GetProperty("product").GetString())
                .GetProperty("accuracy")
                .GetDouble();
    }

    private static List<double> Numbers(JsonElement figure, string name) =>
        [.. figure.GetProperty(name).EnumerateArray().Select(each => each.GetDouble())];
}
