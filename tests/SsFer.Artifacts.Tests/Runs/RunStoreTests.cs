using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using static SsFer.Artifacts.Tests.Runs.StageBench;

namespace SsFer.Artifacts.Tests.Runs;

public sealed class RunStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_SameRequestAgain_FindsTheRunAsItStands()
    {
        using var bench = await WithRunAsync();
        await bench.CompleteAsync(First);

        var status = await bench.Runs.CreateAsync(Spec() with { Created = Spec().Created.AddDays(3) }, Plan(), Token);

        Assert.Equal(Spec().Created, status.Spec.Created);
        Assert.Equal((StageState.Completed, StageState.Pending), (status.Stages[First].State, status.Stages[Second].State));
        Assert.Equal("ferplus/3f2a:train", status.Spec.Labelled!.ToString());
    }

    [Fact]
    public async Task Create_OtherSettings_IsRefusedByNameAndChangesNothing()
    {
        using var bench = await WithRunAsync();
        var before = await bench.Store.TryReadAsync(RunPaths.Spec(Run), Token);
        var other = Spec() with
        {
            Labels = "25%",
            Validation = null,
            Recipe = Json(new { pretraining = new { epochs = 600, learningRate = 0.00034 } }),
        };

        var error = await Assert.ThrowsAsync<ArtifactException>(() => bench.Runs.CreateAsync(other, Plan(), Token));

        Assert.Equal(
            "run bench exists with other settings: differs in recipe.pretraining.epochs (2, now 600), "
                + "validation ({\"name\":\"ferplus\",\"version\":\"3f2a\",\"split\":\"validation\"}, now nothing), labels "
                + "(\"10%\", now \"25%\"); choose another id (--run)",
            error
                .Message.Replace("  ", "", StringComparison.Ordinal)
                .Replace("\": ", "\":", StringComparison.Ordinal)
                .Replace("{ ", "{", StringComparison.Ordinal)
        );
        Assert.Equal(before!.ETag, (await bench.Store.TryReadAsync(RunPaths.Spec(Run), Token))!.ETag);
    }

    [Fact]
    public async Task Create_OtherPlan_IsRefused()
    {
        using var bench = await WithRunAsync();
        var shorter = new RunPlan { Stages = [Plan().Stages[0]] };

        var error = await Assert.ThrowsAsync<ArtifactException>(() => bench.Runs.CreateAsync(Spec(), shorter, Token));

        Assert.Contains("run bench exists with other settings: differs in stages", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_CutShortAtAnyWrite_IsFinishedByTheNextRequest()
    {
        const int Writes = 5; // spec, plan, two records, marker
        for (var cut = 0; cut < Writes; cut++)
        {
            using var bench = new StageBench();
            var left = cut;
            bench.Store.BeforePut = (_, _) => left-- > 0 ? Task.CompletedTask : throw new IOException("killed");
            await Assert.ThrowsAsync<IOException>(() => bench.Runs.CreateAsync(Spec(), Plan(), Token));
            Assert.False(await bench.IsOpenAsync());
            bench.Store.BeforePut = (_, _) => Task.CompletedTask;

            await bench.Runs.CreateAsync(Spec(), Plan(), Token);

            Assert.True(await bench.IsOpenAsync());
            await using var claim = await bench.ClaimAsync();
        }
    }

    [Fact]
    public async Task Create_ManyAtOnce_MakeOneRun()
    {
        using var bench = new StageBench();

        var made = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(hour =>
                    Task.Run(() => bench.Runs.CreateAsync(Spec() with { Created = Spec().Created.AddHours(hour) }, Plan(), Token), Token)
                )
        );

        Assert.Single(made.Select(status => status.Spec.Created).Distinct());
    }

    [Theory]
    [InlineData("open")]
    [InlineData("")]
    [InlineData("../models")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("two words")]
    public async Task Create_IdUnfitForAPath_IsRefused(string id)
    {
        using var bench = new StageBench();

        await Assert.ThrowsAsync<ArtifactNameException>(() => bench.Runs.CreateAsync(Spec(id), Plan(), Token));

        Assert.Empty(bench.Store.Log);
    }

    [Fact]
    public async Task List_OpenAndClosed_NamesAllAndOnlyTheOpen()
    {
        using var bench = await WithRunAsync();
        await bench.Runs.CreateAsync(Spec("another"), Plan(), Token);
        await bench.CompleteAsync(First);
        await bench.CompleteAsync(Second);
        Assert.True(await bench.Runs.CloseIfSettledAsync(Run, Token));

        Assert.Equal(["another", Run], await bench.Runs.ListAsync(Token).ToListAsync(Token));
        Assert.Equal(["another"], await bench.Runs.ListOpenAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Load_UnknownRun_SaysSo()
    {
        using var bench = new StageBench();

        var error = await Assert.ThrowsAsync<ArtifactException>(() => bench.Runs.LoadAsync("nowhere", Token));

        Assert.Contains("no run 'nowhere'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_DamagedRecord_NamesTheDocument()
    {
        using var bench = await WithRunAsync();
        await bench.Store.PutAsync(RunPaths.Stage(Run, First), new MemoryStream("{ \"state\": "u8.ToArray()), Token);

        var error = await Assert.ThrowsAsync<CorruptArtifactException>(() => bench.Runs.LoadAsync(Run, Token));

        Assert.Contains("runs/bench/stages/pretrain.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "b", "", "needs 'b'")]
    [InlineData("a", "a", "", "two stages named 'a'")]
    [InlineData("a", "b/c", "a", "'b/c' is no stage name")]
    public void Plan_Unsound_IsRefusedByName(string first, string second, string input, string expected)
    {
        string[] inputs =
            input.Length > 0 ? [input]
            : second == "b" ? ["b"]
            : [];
        var plan = new RunPlan
        {
            Stages =
            [
                new PlannedStage
                {
                    Name = first,
                    Kind = StageKind.Pretraining,
                    Inputs = [],
                    Parameters = Json(new { }),
                },
                new PlannedStage
                {
                    Name = second,
                    Kind = StageKind.FineTuning,
                    Inputs = inputs,
                    Parameters = Json(new { }),
                },
            ],
        };

        Assert.Contains(expected, Assert.ThrowsAny<ArtifactException>(plan.Validate).Message, StringComparison.Ordinal);
    }
}
