using System.Net;
using System.Text.Json;
using SsFer.Contracts;
using SsFer.FaceDetection;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Console.Tests;

public sealed class RunTests
{
    private static readonly object Smoke = new
    {
        labelled = "faces",
        validation = "faces:validation",
        recipe = "smoke",
        labels = "4/class",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostRun_OfAnUnpreparedDataset_PlansItsPreparationAndWakesTheDetector()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();

        var run = await Answer.ReadAsync(await host.PostAsync("/api/runs", Smoke), 201);

        var stages = run.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name").GetString()).ToList();
        Assert.Equal(["prepare-faces", "pretraining", "fine-tuning", "ema-teacher", "evaluation"], stages);
        var id = run.GetProperty("id").GetString()!;
        await ConsoleHost.UntilAsync(() =>
            Task.FromResult(host.Wakes.Any(wake => wake.Run == id && wake.Stage == "prepare-faces" && wake.Kind == StageKind.FaceDetection))
        );
        var status = await host.Runs.LoadAsync(id, Token);
        Assert.All(status.Plan.Stages.Skip(1), stage => Assert.Contains("prepare-faces", stage.Inputs));
        Assert.Equal("pending", (await host.GetAsync($"/api/runs/{id}")).GetProperty("state").GetString());
        Assert.Equal(id, (await host.GetAsync("/api/runs"))[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task PostRun_WithAnEvaluation_PassesTheGateOn()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        await host.PrepareAsync();

        var run = await Answer.ReadAsync(await host.PostAsync("/api/runs", Smoke), 201);

        var status = await host.Runs.LoadAsync(run.GetProperty("id").GetString()!, Token);
        Assert.Equal(["pretraining", "fine-tuning", "ema-teacher", "evaluation"], status.Plan.Stages.Select(stage => stage.Name));
        var promotion = status.Plan.Stage("evaluation").Parameters.GetProperty("promotion");
        Assert.Equal((0.01, 0.5), (promotion.GetProperty("margin").GetDouble(), promotion.GetProperty("collapse").GetDouble()));
    }

    [Fact]
    public async Task PostRun_TenTimesAtOnce_IsOneRun()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.PostAsync("/api/runs", Smoke)));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Single(await host.RunIdsAsync());
    }

    [Fact]
    public async Task PostRun_AgainAfterThePreparation_IsTheSameRun()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        var first = await Answer.ReadAsync(await host.PostAsync("/api/runs", Smoke), 201);
        await host.PrepareAsync(detector: DetectorChoice.BlazeFace); // as the run's own stage does it

        var second = await Answer.ReadAsync(await host.PostAsync("/api/runs", Smoke), 200);

        Assert.Equal(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
    }

    [Fact]
    public async Task PostRun_AfterAPreparationOfAnotherKind_IsAnotherRun()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        await Answer.ReadAsync(await host.PostAsync("/api/runs", Smoke), 201);
        await host.PrepareAsync(detector: DetectorChoice.None);

        await Answer.ReadAsync(await host.PostAsync("/api/runs", Smoke), 201);
    }

    [Theory]
    [InlineData("null", 200)]
    [InlineData("""{"enabled": false}""", 200)]
    [InlineData("""{"margin": 0.01}""", 409)]
    public async Task PostRun_ThatTheTerminalMadeWithoutAGate_FindsItUnlessAGateIsAskedFor(string promotion, int status)
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        var planner = host.Get<RunPlanner>();
        var request = new RunRequest
        {
            Id = "mine",
            Recipe = RecipeCatalog.Smoke,
            Labelled = "faces",
            Validation = "faces",
        };
        var (order, _) = await planner.OrderAsync(await planner.DraftAsync(request, Token), "mine", created: null, Token);
        await host.Runs.CreateAsync(order.Spec, order.Plan, Token);

        var answer = await host.PostAsync(
            "/api/runs",
            new
            {
                id = "mine",
                labelled = "faces",
                validation = "faces",
                recipe = "smoke",
                promotion = JsonSerializer.Deserialize<JsonElement>(promotion),
            }
        );

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.False((await host.Runs.LoadAsync("mine", Token)).Plan.Stage("evaluation").Parameters.TryGetProperty("promotion", out _));
    }

    [Fact]
    public async Task Draft_OfSeveralSplitsOfADataset_IsOfOneLookAtItsVersions()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        var store = new CountingStore(host.Store);
        var request = new RunRequest
        {
            Recipe = RecipeCatalog.Smoke,
            Labelled = "faces",
            Unlabelled = ["faces"],
            Validation = "faces",
        };

        await new RunPlanner(store, host.Time).DraftAsync(request, Token);

        Assert.Single(store.Read, path => path == "datasets/faces/current.json");
    }

    [Fact]
    public async Task PostRun_WithoutTeacher_TrainsOnLabelsAlone()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportFullyLabelledAsync("full");
        var body = new
        {
            id = "supervised",
            labelled = "full",
            recipe = "smoke",
            validation = "full",
            teacher = false,
        };

        await Answer.ReadAsync(await host.PostAsync("/api/runs", body), 201);

        await Answer.ReadAsync(await host.PostAsync("/api/runs", body), 200);
        await Answer.RefusalAsync(
            await host.PostAsync(
                "/api/runs",
                new
                {
                    body.id,
                    body.labelled,
                    body.recipe,
                    body.validation,
                    labels = "50%",
                }
            ),
            409
        );
        var plan = (await host.Runs.LoadAsync("supervised", Token)).Plan;
        Assert.Equal(
            ["pretraining", "fine-tuning", "evaluation"],
            plan.Stages.Where(stage => stage.Kind != StageKind.FaceDetection).Select(stage => stage.Name)
        );
        Assert.DoesNotContain("ema-teacher", plan.Stage("evaluation").Inputs);
    }

    [Fact]
    public async Task CancelledRun_Retried_WakesItsFirstStageAgain()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        var id = (await Answer.ReadAsync(await host.PostAsync("/api/runs", Smoke), 201)).GetProperty("id").GetString();

        var cancelled = await Answer.ReadAsync(await host.Client.PostAsync($"/api/runs/{id}/cancel", null, Token), 200);
        Assert.Equal("cancelled", cancelled.GetProperty("state").GetString());
        host.Wakes.Clear();
        var retried = await Answer.ReadAsync(await host.Client.PostAsync($"/api/runs/{id}/retry", null, Token), 200);

        Assert.Equal("pending", retried.GetProperty("state").GetString());
        await ConsoleHost.UntilAsync(() => Task.FromResult(host.Wakes.Any(wake => wake.Run == id)));
    }

    [Theory]
    [InlineData("GET", "/api/runs/nobody")]
    [InlineData("POST", "/api/runs/nobody/cancel")]
    [InlineData("POST", "/api/runs/nobody/retry")]
    public async Task Run_ThatIsNotThere_IsNotFound(string method, string path)
    {
        await using var host = await ConsoleHost.StartAsync();

        await Answer.RefusalAsync(await host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Token), 404);
    }

    [Fact]
    public async Task Document_DescribesEveryRoute()
    {
        await using var host = await ConsoleHost.StartAsync();

        var paths = (await host.GetAsync("/api/openapi/console.json")).GetProperty("paths");

        string[] expected =
        [
            "/api/datasets",
            "/api/datasets/{name}",
            "/api/datasets/{name}/images",
            "/api/datasets/{name}/labels",
            "/api/datasets/{name}/retraining",
            "/api/runs",
            "/api/runs/{id}",
            "/api/runs/{id}/cancel",
            "/api/runs/{id}/retry",
            "/api/models",
            "/api/models/production",
            "/api/models/{id}",
            "/api/models/{id}/promote",
            "/api/models/{id}/canary",
            "/api/models/{id}/shadow",
            "/api/models/withdraw",
            "/api/models/rollback",
            "/api/events",
        ];
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal)
        );
    }
}
