using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using SsFer.Faces.Imaging;
using SsFer.Synthetic;

namespace SsFer.Testing.Walks;

/// <summary>Waits until what is asked for is so; may look at whether it still can become so.</summary>
/// <param name="what">For the message: what is awaited.</param>
/// <param name="ask">Whether it is so.</param>
internal delegate Task Waiting(string what, Func<CancellationToken, Task<bool>> ask);

/// <summary>
/// The way from drawn pictures to answers, over HTTP alone: an import, a run of seconds, a promoted model that tells the classes apart.
/// </summary>
/// <param name="console">Client of the control API.</param>
/// <param name="endpoint">Client of the endpoint.</param>
/// <param name="untilAsync">How to wait.</param>
/// <param name="dataset">Where the pictures go.</param>
/// <param name="seed">Of the pictures.</param>
internal sealed class PicturesToAnswers(
    HttpClient console,
    HttpClient endpoint,
    Waiting untilAsync,
    string dataset = "drawn",
    ulong seed = 5
)
{
    public const string Run = "first";

    private const int Trained = 30,
        HeldOut = 12; // faces of each expression

    /// <summary>
    /// With the share of light they are shown in. Seconds of training tell no expressions apart, but day from dusk: what is tested
    /// is the way to a model, not what it knows. There are as many of each, so that the gate asks a first model for more than half.
    /// </summary>
    private static readonly (FacialExpression Expression, double Light)[] Classes =
    [
        (FacialExpression.Happiness, 1),
        (FacialExpression.Surprise, 0.4),
    ];

    private static readonly IReadOnlyDictionary<string, object> Settings = new Dictionary<string, object>
    {
        ["FineTuning.FewLabelsEpochs"] = 40,
        ["FineTuning.LearningRate"] = 0.003,
        ["Execution.CheckpointSteps"] = 100,
        ["Execution.Threads"] = 1,
        ["Execution.Precision"] = "fp32",
    };

    private readonly SyntheticFaces _faces = new(seed, size: 128);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task WalkAsync()
    {
        await ImportAsync();
        await StartRunAsync(Run);
        AssertPromoted(await UntilCompletedAsync(Run));
        await untilAsync("its model is served", async token =>
        {
            using var answer = await endpoint.GetAsync("/v1/model", token);
            return answer.IsSuccessStatusCode && (await ReadAsync(answer)).GetProperty("id").GetString() == Run;
        });
        await AssertAnswersAsync();
    }

    /// <summary>Each picture is answered, and right.</summary>
    /// <param name="model">Who answers; null = any.</param>
    public async Task AssertAnswersAsync(string? model = Run)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Draw(Classes[0], Trained + HeldOut)), "images", "0.png" },
            { new ByteArrayContent(Draw(Classes[1], Trained + HeldOut)), "images", "1.png" },
        };
        using var answer = await endpoint.PostAsync("/v1/expressions", form, Token);
        var answers = await ReadAsync(answer);
        if (model is not null)
        {
            Assert.Equal(model, answers.GetProperty("model").GetString());
        }

        var pictures = answers.GetProperty("pictures").EnumerateArray().ToList();
        Assert.All(pictures, picture => Assert.True(picture.GetProperty("status").GetString() == "ok", picture.GetRawText()));
        Assert.Equal(
            [("0.png", NameOf(Classes[0])), ("1.png", NameOf(Classes[1]))],
            pictures.Select(picture =>
                (picture.GetProperty("name").GetString(), picture.GetProperty("faces")[0].GetProperty("expression").GetString())
            )
        );
    }

    private static string NameOf((FacialExpression Expression, double Light) each) => SyntheticFaces.Classes[(int)each.Expression];

    private byte[] Draw((FacialExpression Expression, double Light) each, int number)
    {
        var face = _faces.Draw(SyntheticFaces.Classes.Count * number + (int)each.Expression).Picture;
        return new Picture(face.Width, face.Height, [.. face.Pixels.ToArray().Select(value => (byte)(each.Light * value))]).EncodePng();
    }

    public async Task ImportAsync()
    {
        using var archive = new ByteArrayContent(Pack());
        archive.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var answer = await console.PostAsync($"/api/datasets/{dataset}/images?format=folders", archive, Token);
        Assert.Equal(Classes.Length * (Trained + HeldOut), (await ReadAsync(answer)).GetProperty("items").GetInt32());
    }

    /// <summary><c>split/expression/number.png</c>.</summary>
    private byte[] Pack()
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var each in Classes)
            {
                for (var number = 0; number < Trained + HeldOut; number++)
                {
                    var split = number < Trained ? "train" : "validation";
                    using var entry = archive
                        .CreateEntry(
                            string.Create(CultureInfo.InvariantCulture, $"{split}/{NameOf(each)}/{number}.png"),
                            CompressionLevel.NoCompression
                        )
                        .Open();
                    entry.Write(Draw(each, number));
                }
            }
        }

        return packed.ToArray();
    }

    /// <summary>Asks for the same run under another name, or for the first.</summary>
    public async Task StartRunAsync(string run)
    {
        var asked = new
        {
            id = run,
            recipe = "smoke",
            labelled = dataset,
            labels = "75%",
            validation = $"{dataset}:validation",
            set = Settings,
        };
        using var answer = await console.PostAsJsonAsync("/api/runs", asked, Token);
        Assert.Equal(run, (await ReadAsync(answer)).GetProperty("id").GetString());
    }

    /// <summary>The run, once it is completed; fails where it does.</summary>
    public async Task<JsonElement> UntilCompletedAsync(string name)
    {
        var run = await UntilEndedAsync(name);
        Assert.True(StateOf(run) == "completed", run.GetRawText());
        return run;
    }

    /// <summary>
    /// Likewise, of a run that may have missed the model in production: a blob service that was killed can forget a model and remember
    /// its promotion, and until that model's run has made it again nothing can be compared with it. Such a run, and no other, is tried
    /// again.
    /// </summary>
    public async Task<JsonElement> UntilCompletedThoughModelsWereForgottenAsync(string name)
    {
        var run = await UntilEndedAsync(name);
        if (StateOf(run) == "failed" && run.GetRawText().Contains("cannot be compared with: there is no model", StringComparison.Ordinal))
        {
            using var answer = await console.PostAsJsonAsync($"/api/runs/{name}/retry", new { }, Token);
            await ReadAsync(answer);
        }

        return await UntilCompletedAsync(name);
    }

    /// <summary>What the run says of itself, once it has failed.</summary>
    public async Task<string> UntilFailedAsync(string name)
    {
        var run = await UntilEndedAsync(name);
        Assert.True(StateOf(run) == "failed", run.GetRawText());
        return run.GetRawText();
    }

    private async Task<JsonElement> UntilEndedAsync(string name)
    {
        JsonElement run = default;
        await untilAsync($"run {name} is done", async token =>
        {
            run = await RunAsync(name, token);
            return StateOf(run) is "completed" or "failed";
        });
        return run;
    }

    /// <summary>Whether there is such a run, and whether it is done.</summary>
    public async Task<(bool Exists, bool IsCompleted)> LookAtAsync(string name)
    {
        using var answer = await console.GetAsync($"/api/runs/{name}", Token);
        return answer.StatusCode == HttpStatusCode.NotFound ? (false, false) : (true, StateOf(await ReadAsync(answer)) == "completed");
    }

    /// <summary>What the run made is as good as what the first one made, to the last digit.</summary>
    public async Task AssertSameModelAsync(string name)
    {
        Assert.Equal(await FiguresAsync(Run), await FiguresAsync(name));

        async Task<string> FiguresAsync(string model) =>
            (await console.GetFromJsonAsync<JsonElement>($"/api/models/{model}", Token))
                .GetProperty("card")
                .GetProperty("evaluations")
                .GetRawText();
    }

    private Task<JsonElement> RunAsync(string name, CancellationToken cancellationToken) =>
        console.GetFromJsonAsync<JsonElement>($"/api/runs/{name}", cancellationToken);

    private static string? StateOf(JsonElement run) => run.GetProperty("state").GetString();

    private static void AssertPromoted(JsonElement run)
    {
        var evaluation = run.GetProperty("stages")
            .EnumerateArray()
            .Single(stage => stage.GetProperty("name").GetString() == "evaluation")
            .GetProperty("summary");
        Assert.True(evaluation.GetProperty("decision").GetString() == "promoted", evaluation.GetRawText());
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }
}
