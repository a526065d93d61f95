using System.Text.Json;
using System.Text.RegularExpressions;
using SsFer.Cli.Tests.Training;

namespace SsFer.Cli.Tests.Experiments;

[Trait("Category", "Slow")]
public sealed partial class ExperimentCommandTests : IAsyncLifetime
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
        File.Copy(Path.Combine(_material.Root, "own.json"), Path.Combine(_material.Root, "other.json"));
        var other = await _material.RunAsync(["experiment", "other.json", .. Run[2..]]);
        other.AssertDone();
        var shown = await _material.RunAsync(["experiment", "show", .. Run[1..]]);
        shown.AssertDone();

        var figures = first.Json.GetProperty("figures").EnumerateArray().ToList();
        Assert.Equal(["FaceMix", "none, from scratch"], figures.Select(figure => figure.GetProperty("row").GetString()));
        Assert.All(figures, figure => Assert.Equal(AccuraciesOfCards(figure), Numbers(figure, "accuracies")));
        Assert.Equal(
            Numbers(figures[1], "accuracies").Zip(Numbers(figures[0], "accuracies"), (mine, reference) => mine - reference),
            Numbers(figures[1], "differences")
        );
        Assert.Equal(first.Output, again.Output);
        Assert.Empty(Begun(again));
        Assert.Empty(Begun(other)); // the same runs in another table
        Assert.Equal(stored, _material.Snapshot());
        Assert.Contains("2/2", shown.Output, StringComparison.Ordinal);
        Assert.Contains("81.50", shown.Output, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(Path.Combine(_material.Root, "own.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith(
            $"own,\"60 %\",\"FaceMix\",0,{figures[0].GetProperty("runs")[0].GetString()},",
            lines[1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Figures_OfOtherSettings_AreNotTaken()
    {
        (await _material.RunAsync(["experiment", "own.json", "--dataset", "mini", "--scale", "smoke", "--seeds", "1"])).AssertDone();

        var shown = await _material.RunAsync([
            "experiment",
            "show",
            "own.json",
            "--dataset",
            "mini",
            "--scale",
            "smoke",
            "--seeds",
            "1",
            "--set",
            "FineTuning.LabelSmoothing=0.2",
        ]);

        shown.AssertDone();
        Assert.Contains("0/1", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("1/1", shown.Output, StringComparison.Ordinal);
    }

    /// <summary>Views so bright that nothing is finite any more; a model of another depth, which needs an encoder of its own.</summary>
    [Fact]
    public async Task Run_ThatFails_IsNamedAtTheEnd_AndKeepsNoOtherFromBeingDone()
    {
        var table = Table.Replace(
            """{ "id": "facemix", "name": "FaceMix", "paper": [81.5] },""",
            """
            { "id": "fails", "name": "diverges", "set": ["Normalisation.Std=1e-30,1e-30,1e-30"], "encoder": false, "teacher": false },
            { "id": "deep", "name": "deeper", "set": ["Model.Depth=3"] },
            """,
            StringComparison.Ordinal
        );
        await File.WriteAllTextAsync(Path.Combine(_material.Root, "own.json"), table, TestContext.Current.CancellationToken);

        var result = await _material.RunAsync([
            "experiment",
            "own.json",
            "--dataset",
            "mini",
            "--scale",
            "smoke",
            "--seeds",
            "1",
            "--json",
        ]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error: 1 of the runs failed", result.Error, StringComparison.Ordinal);
        Assert.Contains("'diverges' with 60 % of the labels and seed 0", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            [0, 1, 1],
            result.Json.GetProperty("figures").EnumerateArray().Select(figure => figure.GetProperty("runs").EnumerateArray().Count(IsThere))
        );

        static bool IsThere(JsonElement run) => run.ValueKind != JsonValueKind.Null;
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
        Assert.Equal(6, Begun(first).Union(Begun(second)).Count());
        Assert.True(Begun(first).Count > 0 && Begun(second).Count > 0, "each took its part");
    }

    [Theory]
    [InlineData("there is no table 'nosie': did you mean 'noise'?", "experiment", "nosie")]
    [InlineData("has no column '7'", "experiment", "losses", "--columns", "7")]
    [InlineData("--seeds 0", "experiment", "losses", "--seeds", "0")]
    [InlineData("without a split", "experiment", "losses", "--dataset", "mini:train", "--scale", "smoke")]
    [InlineData("nobody", "experiment", "losses", "--dataset", "nobody", "--scale", "smoke")]
    [InlineData(
        "'L4 = L_v + k (L_i + L_j)' with 5 % of the labels and seed 0",
        "experiment",
        "losses",
        "--dataset",
        "mini",
        "--scale",
        "smoke"
    )] // too few labels for a batch
    [InlineData("gpu", "experiment", "losses", "--dataset", "mini", "--scale", "smoke", "--device", "gpu")]
    [InlineData("nowhere", "experiment", "show", "losses", "--csv", "nowhere/x.csv")]
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

    /// <summary>What the models' own cards say, in per cent.</summary>
    private List<double> AccuraciesOfCards(JsonElement figure) =>
        [
            .. figure
                .GetProperty("runs")
                .EnumerateArray()
                .Select(run =>
                {
                    var path = Path.Combine(_material.Root, ".ssfer/models", run.GetString()!, "card.json");
                    var card = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(path));
                    var product = card.GetProperty("product").GetString();
                    return 100
                        * card.GetProperty("evaluations")
                            .EnumerateArray()
                            .Single(each => each.GetProperty("model").GetString() == product)
                            .GetProperty("accuracy")
                            .GetDouble();
                }),
        ];

    /// <summary>Ids of the runs that a process began or waited for.</summary>
    private static HashSet<string> Begun(SsferResult result) => [.. RunLine().Matches(result.Error).Select(line => line.Groups[1].Value)];

    private static List<double> Numbers(JsonElement figure, string name) =>
        [.. figure.GetProperty(name).EnumerateArray().Select(each => each.GetDouble())];

    [GeneratedRegex("^run ([0-9a-f]{12}): ", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex RunLine();
}
