using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Cli.Tests.Training;

/// <summary>One request, made in the terminal and over HTTP.</summary>
[Trait("Category", "Slow")]
public sealed class OneRequestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_OfTheTerminalAndOverHttp_IsOneRunOfEqualVersions()
    {
        await using var ways = new TwoWays();
        await ways.InitializeAsync();
        foreach (var name in TwoWays.Datasets)
        {
            Assert.Equal(
                (await new DatasetCatalog(ways.Terminal).GetAsync(name, Token)).Raw,
                (await new DatasetCatalog(ways.Console).GetAsync(name, Token)).Raw
            );
        }

        foreach (var (line, body) in Accepted)
        {
            var posted = await ways.PostAsync(body);
            Assert.True(posted.TryGetProperty("id", out var id), posted.GetRawText());
            var trained = await ways.TrainAsync("terminal", line);
            trained.AssertDone();
            Assert.Equal(id.GetString(), trained.Json.GetProperty("run").GetString());

            // What the Console planned is the run that the terminal would make there: it finds it, and carries it out.
            (await ways.TrainAsync("console", line)).AssertDone();
            Assert.Equal(
                await new RunStore(ways.Terminal).ListAsync(Token).ToListAsync(Token),
                await new RunStore(ways.Console).ListAsync(Token).ToListAsync(Token)
            );
            Assert.Equal(await PreparedAsync(ways.Terminal), await PreparedAsync(ways.Console));
            Assert.Equal(id.GetString(), (await ways.PostAsync(body)).GetProperty("id").GetString());
        }
    }

    private static IReadOnlyList<(string Line, string Body)> Accepted { get; } =
    [
        (
            "--labelled faces --labels 50% --validation turned",
            """{"labelled": "faces", "labels": "50%", "validation": "turned", "promotion": {"enabled": false}}"""
        ),
        (
            "--labelled faces --validation faces --no-teacher --set Seed=3",
            """{"labelled": "faces", "validation": "faces", "teacher": false, "set": {"Seed": 3}}"""
        ),
        (
            "--labelled faces --labels 50% --set EmaTeacher.UnlabelledBatch=8 --set Method=FixMatch",
            """{"labelled": "faces", "labels": "50%", "set": {"EmaTeacher.UnlabelledBatch": 8, "Method": "FixMatch"}}"""
        ),
    ];

    private static async Task<List<string>> PreparedAsync(FolderArtifactStore store)
    {
        var versions = new List<string>();
        await foreach (var dataset in new DatasetCatalog(store).ListAsync(Token))
        {
            versions.AddRange(dataset.Value!.Prepared.Select(prepared => $"{dataset.Name} {prepared.Key} {prepared.Value}"));
        }

        Assert.NotEmpty(versions);
        return versions;
    }
}
