using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Cli.Tests;

public sealed class RunCommandTests : IDisposable
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;
    private readonly Material _material = new();

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Run_CancelledAndRetried_IsShownAsItStands()
    {
        await CreateRunAsync("r1");

        var list = await RunAsync("runs", "list", "--json");
        var cancel = await RunAsync("runs", "cancel", "r1", "--json");
        var text = await RunAsync("runs", "show", "r1");
        var retry = await RunAsync("runs", "retry", "r1", "--json");

        list.AssertDone();
        Assert.Equal("pending", Assert.Single(list.Json.EnumerateArray()).GetProperty("state").GetString());
        cancel.AssertDone();
        Assert.Equal("cancelled", StateOf(cancel.Json, "finetune"));
        text.AssertDone();
        Assert.Matches(@"(?m)^r1: recipe smoke, seed 3, cancelled$", text.Output);
        Assert.Matches(@"(?m)^  pretrain +cancelled +0 +0$", text.Output);
        retry.AssertDone();
        Assert.Equal("pending", StateOf(retry.Json, "finetune"));
    }

    public void Dispose() => _material.Dispose();

    private static string? StateOf(JsonElement run, string stage) =>
        run.GetProperty("stages").GetProperty(stage).GetProperty("state").GetString();

    private async Task CreateRunAsync(string id)
    {
        var spec = new RunSpec
        {
            Id = id,
            RecipeName = "smoke",
            Recipe = Nothing,
            Unlabelled = [new DatasetReference("faces", "0123")],
            Seed = 3,
            Created = DateTimeOffset.UnixEpoch,
        };
        var plan = new RunPlan
        {
            Stages =
            [
                new PlannedStage
                {
                    Name = "pretrain",
                    Kind = StageKind.Pretraining,
                    Inputs = [],
                    Parameters = Nothing,
                },
                new PlannedStage
                {
                    Name = "finetune",
                    Kind = StageKind.FineTuning,
                    Inputs = ["pretrain"],
                    Parameters = Nothing,
                },
            ],
        };
        var store = new FolderArtifactStore(Path.Combine(_material.Root, ".ssfer"));
        await new RunStore(store).CreateAsync(spec, plan, TestContext.Current.CancellationToken);
    }

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferShell.RunAsync(_material.Root, arguments);
}
