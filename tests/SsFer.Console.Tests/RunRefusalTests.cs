namespace SsFer.Console.Tests;

/// <summary>Runs that cannot be: said before anything is stored.</summary>
public sealed class RunRefusalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
    public async Task PostRun_TooLarge_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:MaxDocumentBytes", "100"));

        await Answer.RefusalAsync(await host.PostAsync("/api/runs", new { labelled = new string('a', 200) }), 413);
    }
}
