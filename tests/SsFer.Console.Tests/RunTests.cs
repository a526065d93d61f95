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

    [Fact]
    public async Task PostRun_WithTheNameOfAnother_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        await Answer.ReadAsync(
            await host.PostAsync(
                "/api/runs",
                new
                {
                    id = "mine",
                    labelled = "faces",
                    recipe = "smoke",
                }
            ),
            201
        );
        await Answer.ReadAsync(
            await host.PostAsync(
                "/api/runs",
                new
                {
                    id = "mine",
                    labelled = "faces",
                    recipe = "smoke",
                }
            ),
            200
        );

        var refusal = await Answer.RefusalAsync(
            await host.PostAsync(
                "/api/runs",
                new
                {
                    id = "mine",
                    labelled = "faces",
                    recipe = "smoke",
                    labels = "90%",
                }
            ),
            409
        );

        Assert.Contains("mine", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostRun_EvaluatedOnOtherClasses_NamesThemAndStoresNothing()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        await host.ImportFullyLabelledAsync("other");

        var refusal = await Answer.RefusalAsync(
            await host.PostAsync(
                "/api/runs",
                new
                {
                    labelled = "faces",
                    validation = "other:validation",
                    recipe = "smoke",
                }
            ),
            422
        );

        Assert.Contains("[awe, joy]", refusal, StringComparison.Ordinal);
        Assert.Empty(await host.RunIdsAsync());
    }

    [Fact]
    public async Task PostRun_OfAnIdThatAnotherProgramGaveAway_IsComparedWithThatRunAlone()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        var body = new
        {
            id = "first",
            labelled = "faces",
            recipe = "smoke",
            labels = "100%",
        };
        await Answer.ReadAsync(await host.PostAsync("/api/runs", body), 201);
        var first = await host.Runs.LoadAsync("first", Token);
        await host.Runs.CreateAsync(first.Spec with { Id = "mine" }, first.Plan, Token);

        await Answer.RefusalAsync(await host.PostAsync("/api/runs", body with { id = "mine", labels = "90%" }), 409);

        await Answer.ReadAsync(await host.PostAsync("/api/runs", body with { id = "mine" }), 200);
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

    [Theory]
    [InlineData("""{"labelled": "nobody", "recipe": "smoke"}""", 404, "nobody")]
    [InlineData("""{"labelled": "faces", "recipe": "huge"}""", 422, "huge")]
    [InlineData("""{"labelled": "faces", "recipe": "smoke", "set": {"FineTuning.Epoch": 3}}""", 422, "FineTuning.Epoch")]
    [InlineData("""{"labelled": "faces", "recipe": "smoke", "labels": "many"}""", 422, "many")]
    [InlineData("""{"labelled": "faces:test", "recipe": "smoke"}""", 422, "test")]
    [InlineData("""{"labelled": "faces:a:b", "recipe": "smoke"}""", 422, "faces:a:b")]
    [InlineData("""{"labelled": "faces", "validation": "faces:train", "recipe": "smoke"}""", 422, "faces:train")]
    [InlineData("""{"labelled": "faces", "recipe": "smoke", "encoder": "gone"}""", 422, "gone")]
    [InlineData("""{"labelled": "faces", "recipe": "smoke", "encoder": "../gone"}""", 422, "../gone")]
    [InlineData("""{"labelled": "faces", "validation": "faces", "recipe": "smoke", "promotion": {"margin": 2}}""", 422, "promotion")]
    [InlineData("""{"labelled": "faces", "id": "../etc"}""", 422, "../etc")]
    [InlineData("""{"labelled": "faces", "id": "open"}""", 422, "open")]
    [InlineData("""{"labelled": "faces", "validation": "faces", "recipe": "smoke", "id": "aliases"}""", 422, "aliases")]
    [InlineData("""{"labelled": "faces", "url": "http://example.org"}""", 400, "url")]
    [InlineData("""{"labelled": "faces", "unlabelled": [null]}""", 400, "unlabelled")]
    [InlineData("""{"labelled": "faces", "set": {"Seed": null}}""", 422, "Seed")]
    [InlineData("""{"recipe": "smoke"}""", 400, "labelled")]
    [InlineData("""{"labelled": """, 400, "line 1, byte 14")]
    [InlineData("", 400, "it is empty")]
    [InlineData("[]", 400, "it is [] instead of an object")]
    [InlineData("null", 400, "null")]
    [InlineData("{}", 400, "'labelled' is missing")]
    [InlineData("""{"labelled": null}""", 400, "'labelled' is null and has to be given")]
    [InlineData("""{"labelled": 5}""", 400, "'labelled' is 5 instead of a text")]
    [InlineData("""{"labelled": "faces", "lables": "10%"}""", 400, "'lables' is unknown, there are id, labelled, ")]
    [InlineData("""{"labelled": "faces", "recipe": null}""", 400, "'recipe' is null: leave it out")]
    [InlineData("""{"labelled": "faces", "unlabelled": "more"}""", 400, "'unlabelled' is \"more\" instead of a list")]
    [InlineData("""{"labelled": "faces", "unlabelled": ["more", 5]}""", 400, "'unlabelled[2]' is 5 instead of a text")]
    [InlineData(
        """{"labelled": "faces", "promotion": {"margins": 1}}""",
        400,
        "'promotion.margins' is unknown, there are enabled, margin, collapse"
    )]
    [InlineData("""{"labelled": "faces", "promotion": {"margin": "wide"}}""", 400, "'promotion.margin' is \"wide\" instead of a number")]
    [InlineData("""{"labelled": "faces", "recipe": "smoke", "promotion": {"margin": 7}}""", 422, "promotion")]
    public async Task PostRun_ThatCannotBe_SaysWhyAndStoresNothing(string body, int status, string names)
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();

        var refusal = await Answer.RefusalAsync(
            await host.Client.PostAsync("/api/runs", Pictures.Body(System.Text.Encoding.UTF8.GetBytes(body), "application/json"), Token),
            status
        );

        Assert.Contains(names, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("SsFer.", refusal, StringComparison.Ordinal); // the service's types are nobody's business
        Assert.Empty(await host.Store.ListAsync("runs/", Token).ToListAsync(Token));
    }

    [Theory]
    [InlineData("100%", null, 422)]
    [InlineData("50%", null, 201)]
    [InlineData("100%", "faces", 201)]
    public async Task PostRun_ThatLeavesTheTeacherNoFaceWithoutALabel_IsRefusedBeforeItTrains(string labels, string? unlabelled, int status)
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        await host.ImportFullyLabelledAsync("full");

        var answer = await host.PostAsync(
            "/api/runs",
            new
            {
                labelled = "full",
                recipe = "smoke",
                labels,
                unlabelled = new[] { unlabelled ?? "full" },
            }
        );

        if (status == 422)
        {
            Assert.Contains(
                "name a dataset of faces without labels (unlabelled), use fewer labels",
                await Answer.RefusalAsync(answer, 422),
                StringComparison.Ordinal
            );
        }
        else
        {
            await Answer.ReadAsync(answer, status);
        }
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
    public async Task PostRun_TooLarge_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:MaxDocumentBytes", "100"));

        await Answer.RefusalAsync(await host.PostAsync("/api/runs", new { labelled = new string('a', 200) }), 413);
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
