using System.Net;
using System.Text.Json;
using SsFer.EndToEnd.Tests.Harness;

namespace SsFer.EndToEnd.Tests.Story;

/// <summary>What the system is for: from pictures to answers, and from new labels to a better model, driven by HTTP alone.</summary>
public sealed class RetrainingStory(Servers servers) : SystemTest(servers)
{
    private const string Dataset = "ferplus";
    private const string HeldOut = "ferplus:validation";

    /// <summary>
    /// Seconds of training after which nearly half of the answers are right, and with the labels put right nearly six in ten, where
    /// chance is a third: either gap is ten times what the gate asks for, so the decisions do not hang on rounding.
    /// </summary>
    private static readonly IReadOnlyDictionary<string, object> Settings = new Dictionary<string, object>
    {
        ["Model.PatchSize"] = 4,
        ["Model.Width"] = 64,
        ["Model.Depth"] = 3,
        ["Decoder.Width"] = 64,
        ["Pretraining.Epochs"] = 20,
        ["FineTuning.FewLabelsEpochs"] = 30,
        ["FineTuning.BatchSize"] = 16,
        ["FineTuning.LearningRate"] = 0.001,
        ["FineTuning.Crop.ScaleMin"] = 0.5,
        ["EmaTeacher.Crop.ScaleMin"] = 0.5,
        ["EmaTeacher.UnlabelledWeight"] = 1,
        ["Execution.CheckpointSteps"] = 100,
        ["Execution.Threads"] = 1,
        ["Execution.Precision"] = "fp32",
    };

    [Fact]
    public async Task Pictures_BecomeAnswers_AndNewLabelsABetterModel()
    {
        var data = Testing.RealData.Folder;
        var sample = FerPlusSample.Read(data);
        var system = await SystemAsync();
        system.StartAll(Service.Workers);
        var console = system.Start(
            Service.Console,
            ("Retraining:MinimumNewLabels", $"{sample.Mistaken.Count}"),
            ("Retraining:LookInterval", "00:00:05")
        );
        var inference = system.Start(Service.Inference);
        using var api = new ControlApi(await console.AddressAsync(Token));
        using var client = await system.ClientAsync(inference, Token);
        await AssertBuiltInModelAnswersAsync(client, sample.Pictures[0]);

        await ImportAsync(api, sample);
        var first = await UntilCompletedAsync(
            api,
            (await api.PostAsync("/api/runs", Asked(new { labelled = Dataset }), key: null, Token)).GetProperty("id").GetString()!
        );
        await client.UntilServesAsync(first, Token);
        await AssertAnswersAsync(client, sample, first);
        var mistaken = await TrainingCountsAsync(api);

        await using var requests = new EndlessRequests(client, sample.Pictures[0]);
        await api.PutAsync($"/api/datasets/{Dataset}/retraining", Asked(new { }), Token);
        await PostLabelsAsync(api, sample);
        var second = await UntilCompletedAsync(api, await UntilStartedAsync(api, first));
        await client.UntilServesAsync(second, Token);
        await Patience.UntilAsync(
            "an answer of the second model",
            _ => Task.FromResult(requests.Answers.Any(answer => answer.Model == second) ? second : null),
            Token
        );
        Assert.All(requests.Answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal([first, second], requests.Answers.Select(answer => answer.Model).Distinct());
        await AssertHistoryAsync(api, first, second);
        AssertPutRight(sample, mistaken, await TrainingCountsAsync(api));
    }

    private static Dictionary<string, object> Asked(object more)
    {
        var asked = new Dictionary<string, object>
        {
            ["recipe"] = "smoke",
            ["labels"] = "80%",
            ["validation"] = HeldOut,
            ["set"] = Settings,
        };
        foreach (var property in JsonSerializer.SerializeToElement(more).EnumerateObject())
        {
            asked[property.Name] = property.Value;
        }

        return asked;
    }

    private static async Task ImportAsync(ControlApi api, FerPlusSample sample)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(sample.TrainingArchive), "images", "FER2013Train.zip" },
            { new ByteArrayContent(sample.ValidationArchive), "images", "FER2013Valid.zip" },
            { new ByteArrayContent(sample.Votes), "table", "fer2013new.csv" },
        };
        var version = await api.PostAsync($"/api/datasets/{Dataset}/images?format=ferplus", form, key: null, Token);
        Assert.Equal(FerPlusSample.Faces, version.GetProperty("items").GetInt32());
    }

    /// <summary>Until a model is promoted; it is loaded a moment after the service listens.</summary>
    private static async Task AssertBuiltInModelAnswersAsync(HttpClient client, byte[] picture)
    {
        var answer = await Patience.UntilAsync(
            "an answer before the first promotion",
            async token =>
            {
                var (status, body) = await EndlessRequests.AskOnceAsync(client, picture, token);
                return status == HttpStatusCode.ServiceUnavailable ? null : Tuple.Create(status, body);
            },
            Token
        );
        Assert.Equal(HttpStatusCode.OK, answer.Item1);
        Assert.False(answer.Item2.TryGetProperty("version", out _)); // it is no version in production
    }

    private static async Task AssertAnswersAsync(HttpClient client, FerPlusSample sample, string model)
    {
        using var form = new MultipartFormDataContent();
        foreach (var picture in sample.Pictures)
        {
            form.Add(new ByteArrayContent(picture), "images", "face.png");
        }

        using var answer = await client.PostAsync(new Uri("/v1/expressions", UriKind.Relative), form, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal(model, body.GetProperty("model").GetString());
        var faces = body.GetProperty("pictures").EnumerateArray().Count(picture => picture.GetProperty("status").GetString() == "ok");
        Assert.True(faces >= sample.Pictures.Count - 2, $"{faces} faces in {sample.Pictures.Count} pictures of faces");
    }

    /// <summary>Puts right what was imported wrong.</summary>
    private static async Task PostLabelsAsync(ControlApi api, FerPlusSample sample)
    {
        var labels = sample.Mistaken.Select(image => new { image, expression = FerPlusSample.Shown }).ToList();
        var batch = await api.PostAsync($"/api/datasets/{Dataset}/labels", labels, "first-batch", Token);
        Assert.Equal(labels.Count, batch.GetProperty("count").GetInt32());
        await api.PostAsync($"/api/datasets/{Dataset}/labels", labels, "first-batch", Token); // sent twice, stored once
    }

    /// <summary>Faces per class that the current version of the prepared faces has to train on.</summary>
    private static async Task<IReadOnlyDictionary<string, int>> TrainingCountsAsync(ControlApi api)
    {
        var versions = (await api.GetAsync($"/api/datasets/{Dataset}", Token)).GetProperty("versions").EnumerateArray();
        var prepared = Assert.Single(versions, version => version.GetProperty("kind").GetString() == "prepared");
        return prepared.GetProperty("counts").GetProperty("train").Deserialize<Dictionary<string, int>>()!;
    }

    /// <summary>Every label that was posted moved its face from the wrong class to the right one.</summary>
    private static void AssertPutRight(
        FerPlusSample sample,
        IReadOnlyDictionary<string, int> before,
        IReadOnlyDictionary<string, int> after
    )
    {
        var moved = new Dictionary<string, int>(before);
        moved[FerPlusSample.Mistake] -= sample.Mistaken.Count;
        moved[FerPlusSample.Shown] += sample.Mistaken.Count;
        Assert.Equal(moved, after);
    }

    private static Task<string> UntilStartedAsync(ControlApi api, string first) =>
        Patience.UntilAsync(
            "the retraining run",
            async token =>
                (await api.GetAsync("/api/runs", token))
                    .EnumerateArray()
                    .Select(run => run.GetProperty("id").GetString())
                    .FirstOrDefault(id => id != first),
            Token
        );

    private static async Task<string> UntilCompletedAsync(ControlApi api, string id)
    {
        var run = await Patience.UntilAsync(
            $"run {id}",
            async token =>
            {
                var run = await api.GetAsync($"/api/runs/{id}", token);
                return run.GetProperty("state").GetString() is "completed" or "failed" ? (object)run : null;
            },
            Token
        );
        Assert.True(((JsonElement)run).GetProperty("state").GetString() == "completed", run.ToString());
        return id;
    }

    /// <summary>Two runs, two promotions, a better model, and one encoder for both.</summary>
    private static async Task AssertHistoryAsync(ControlApi api, string first, string second)
    {
        Assert.Equal(2, (await api.GetAsync("/api/runs", Token)).GetArrayLength());
        var history = (await api.GetAsync("/api/models/production", Token)).GetProperty("history").EnumerateArray().ToList();
        Assert.Equal([first, second], history.Select(entry => entry.GetProperty("model").GetString()));
        Assert.All(history, entry => Assert.NotEqual("", entry.GetProperty("reason").GetString()));
        var accuracy = (await api.GetAsync("/api/models", Token))
            .EnumerateArray()
            .ToDictionary(model => model.GetProperty("id").GetString()!, model => model.GetProperty("accuracy").GetDouble());
        Assert.True(accuracy[second] > accuracy[first], $"accuracy {accuracy[first]:0.000}, then {accuracy[second]:0.000}");
        var stages = (await api.GetAsync($"/api/runs/{second}", Token))
            .GetProperty("stages")
            .EnumerateArray()
            .Select(stage => stage.GetProperty("name").GetString());
        Assert.DoesNotContain("pretraining", stages);
        Assert.NotEqual(
            (await api.GetAsync($"/api/runs/{first}", Token)).GetProperty("labelled").GetString(),
            (await api.GetAsync($"/api/runs/{second}", Token)).GetProperty("labelled").GetString()
        );
    }
}
