using System.Net.Http.Json;
using SsFer.Artifacts.Runs;
using SsFer.Console.Retraining;
using SsFer.EmaTeacher;
using SsFer.Evaluation;
using SsFer.FaceDetection;
using SsFer.FineTuning;
using SsFer.Pretraining;
using SsFer.Stages;

namespace SsFer.Console.Tests;

/// <summary>Runs as the Console plans them, done by the stages as the services do them.</summary>
[Trait("Category", "Slow")]
public sealed class PlannedRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunThenLabels_LeadToASecondModelThatStartsFromTheFirstEncoder()
    {
        await using var host = await ConsoleHost.StartAsync(("Retraining:MinimumNewLabels", "2"));
        await host.ImportAsync();
        var web = Pictures.Zip([.. Enumerable.Range(0, 10).Select(number => ($"{number}.png", Pictures.Png(100 + number)))]);
        await Answer.ReadAsync(
            await host.Client.PostAsync("/api/datasets/web/images?format=faces", Pictures.Body(web, "application/zip"), Token),
            201
        );
        var settings = new
        {
            validation = "faces:validation",
            unlabelled = new[] { "web" },
            recipe = "smoke",
            set = new Dictionary<string, int> { ["Pretraining.BatchSize"] = 8 },
        };
        var posted = await Answer.ReadAsync(
            await host.PostAsync(
                "/api/runs",
                new
                {
                    labelled = "faces",
                    settings.validation,
                    settings.unlabelled,
                    settings.recipe,
                    settings.set,
                }
            ),
            201
        );
        var first = posted.GetProperty("id").GetString()!;

        await DoAsync(host, first);
        await Answer.ReadAsync(await host.Client.PutAsJsonAsync("/api/datasets/faces/retraining", settings, Token), 200);
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy"), (Pictures.Key(1), "fear")), 201);
        await host.Get<RetrainingWorker>().LookAsync(Token);
        var second = (await host.RunIdsAsync()).Single(run => run != first);
        await DoAsync(host, second);

        var models = (await host.GetAsync("/api/models")).EnumerateArray().Select(model => model.GetProperty("id").GetString());
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), models.Order(StringComparer.Ordinal));
        var (before, after) = (await host.Runs.LoadAsync(first, Token), await host.Runs.LoadAsync(second, Token));
        Assert.StartsWith(
            $"checkpoints/{first}/pretraining/",
            after.Plan.Stage("fine-tuning").Parameters.GetProperty("initialWeights").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal((10, 12), (LabelsOf(before), LabelsOf(after)));
        Assert.Equal("completed", (await host.GetAsync($"/api/runs/{second}")).GetProperty("state").GetString());
    }

    private static int LabelsOf(RunStatus run) => run.Stages["fine-tuning"].Artifact!.Summary!.Value.GetProperty("labelled").GetInt32();

    private static async Task DoAsync(ConsoleHost host, string run)
    {
        var environment = new StageEnvironment
        {
            Store = host.Store,
            Cache = host.NewFolder(),
            Device = "cpu",
        };
        IStage[] stages =
        [
            new FaceDetectionStage(host.Store, host.NewFolder()),
            new PretrainingStage(environment),
            new FineTuningStage(environment),
            new EmaTeacherStage(environment),
            new EvaluationStage(environment),
        ];
        var status = await new StageRunner(
            stages,
            host.Runs,
            new StageLedger(host.Store, new StageProtocolOptions(), host.Time),
            host.Time
        ).RunAllAsync(run, Token);
        Assert.True(
            status.IsCompleted,
            string.Join("; ", status.Stages.Select(stage => $"{stage.Key} {stage.Value.State} {stage.Value.Error}"))
        );
    }
}
