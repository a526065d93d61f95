using SsFer.Artifacts.Runs;

namespace SsFer.Cli.Tests.Training;

/// <summary>What is refused in the terminal and over HTTP: the same line, and nothing is stored.</summary>
[Trait("Category", "Slow")]
public sealed class OneRefusalTests(TwoWays ways) : IClassFixture<TwoWays>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--labelled nobody", """{"labelled": "nobody"}""", "nobody")]
    [InlineData("--labelled faces:test", """{"labelled": "faces:test"}""", "has no split 'test'")]
    [InlineData("--labelled faces --validation faces:train", """{"labelled": "faces", "validation": "faces:train"}""", "faces:train")]
    [InlineData("--labelled faces --validation others", """{"labelled": "faces", "validation": "others"}""", "lacks [awe] and has [fear]")]
    [InlineData("--labelled faces --labels many", """{"labelled": "faces", "labels": "many"}""", "labels 'many'")]
    [InlineData("--labelled faces --labels 99/class", """{"labelled": "faces", "labels": "99/class"}""", "ask for at most 16/class")]
    [InlineData("--labelled faces --labels 99", """{"labelled": "faces", "labels": "99"}""", "has only 32")]
    [InlineData("--labelled faces --labels 2/class", """{"labelled": "faces", "labels": "2/class"}""", "FineTuning.BatchSize to at most 4")]
    [InlineData("--labelled faces", """{"labelled": "faces"}""", "no face is left without one")]
    [InlineData("--labelled faces --labels 27", """{"labelled": "faces", "labels": "27"}""", "EmaTeacher.UnlabelledBatch to at most 5")]
    [InlineData(
        "--labelled faces --labels 50% --set Pretraining.BatchSize=64",
        """{"labelled": "faces", "labels": "50%", "set": {"Pretraining.BatchSize": 64}}""",
        "Pretraining.BatchSize to at most 32"
    )]
    [InlineData("--labelled lone --labels 50%", """{"labelled": "lone", "labels": "50%"}""", "the single class [joy]")]
    [InlineData("--labelled faces --encoder gone", """{"labelled": "faces", "encoder": "gone"}""", "there is no run 'gone'")]
    [InlineData(
        "--labelled faces --set FineTuning.Epoch=3",
        """{"labelled": "faces", "set": {"FineTuning.Epoch": 3}}""",
        "FineTuning.Epochs"
    )]
    [InlineData(
        "--labelled faces --run aliases --validation faces",
        """{"labelled": "faces", "id": "aliases", "validation": "faces"}""",
        "aliases"
    )]
    public async Task Refusal_OfTheTerminalAndOverHttp_IsTheSameLine(string line, string body, string names)
    {
        var answer = await ways.PostAsync(body);
        var trained = await ways.TrainAsync("terminal", line);

        var detail = answer.GetProperty("detail").GetString()!;
        Assert.Contains(names, detail, StringComparison.Ordinal);
        Assert.Equal($"error: {detail}", trained.Error.Trim());
        Assert.NotEqual(0, trained.ExitCode);
        Assert.Empty(await new RunStore(ways.Terminal).ListAsync(Token).ToListAsync(Token));
        Assert.Empty(await new RunStore(ways.Console).ListAsync(Token).ToListAsync(Token));
    }
}
