using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using SsFer.Faces.Imaging;
using SsFer.Synthetic;

namespace SsFer.Cli.Tests.Up;

/// <summary>From pictures to answers in one process: every service, over the in-process bus and a folder, driven by HTTP alone.</summary>
[Trait("Category", "Slow")]
public sealed class UpRunTests : IDisposable
{
    private const string Dataset = "drawn",
        Run = "first";
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

    private readonly Material _material = new();
    private readonly SyntheticFaces _faces = new(seed: 5, size: 128);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_PicturesAndARunOverHttp_BecomeAModelThatAnswers()
    {
        using var up = await UpProcess.StartAsync(_material.Root, "--store", "faces");

        await ImportAsync(up);
        await StartRunAsync(up);
        AssertPromoted(await UntilEndedAsync(up));
        var model = await up.UntilAsync("a model is served", async token =>
        {
            using var answer = await up.Client.GetAsync("/v1/model", token);
            return answer.IsSuccessStatusCode ? (await ReadAsync(answer)).GetProperty("id").GetString() : null;
        });
        var answers = await AskAsync(up, Draw(Classes[0], Trained + HeldOut), Draw(Classes[1], Trained + HeldOut));
        var ended = await up.StopAsync();

        Assert.Equal((Run, Run), (model, answers.GetProperty("model").GetString()));
        var pictures = answers.GetProperty("pictures").EnumerateArray().ToList();
        Assert.All(pictures, picture => Assert.True(picture.GetProperty("status").GetString() == "ok", picture.GetRawText()));
        Assert.Equal(
            [("0.png", NameOf(Classes[0])), ("1.png", NameOf(Classes[1]))],
            pictures.Select(picture =>
                (picture.GetProperty("name").GetString(), picture.GetProperty("faces")[0].GetProperty("expression").GetString())
            )
        );
        ended.AssertDone();
        Assert.True(
            File.Exists(Path.Combine(_material.Root, "faces", "models", Run, "model.onnx")),
            "everything stands in the store's folder"
        );
    }

    public void Dispose() => _material.Dispose();

    private static string NameOf((FacialExpression Expression, double Light) each) => SyntheticFaces.Classes[(int)each.Expression];

    private byte[] Draw((FacialExpression Expression, double Light) each, int number)
    {
        var face = _faces.Draw(SyntheticFaces.Classes.Count * number + (int)each.Expression).Picture;
        return new Picture(face.Width, face.Height, [.. face.Pixels.ToArray().Select(value => (byte)(each.Light * value))]).EncodePng();
    }

    private async Task ImportAsync(UpProcess up)
    {
        using var archive = new ByteArrayContent(Pack());
        archive.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var answer = await up.Client.PostAsync($"/api/datasets/{Dataset}/images?format=folders", archive, Token);
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

    private static async Task StartRunAsync(UpProcess up)
    {
        var asked = new
        {
            id = Run,
            recipe = "smoke",
            labelled = Dataset,
            labels = "75%",
            validation = $"{Dataset}:validation",
            set = Settings,
        };
        using var answer = await up.Client.PostAsJsonAsync("/api/runs", asked, Token);
        Assert.Equal(Run, (await ReadAsync(answer)).GetProperty("id").GetString());
    }

    private static async Task<JsonElement> UntilEndedAsync(UpProcess up)
    {
        JsonElement run = default;
        await up.UntilAsync("the run is done", async token =>
        {
            run = await up.Client.GetFromJsonAsync<JsonElement>($"/api/runs/{Run}", token);
            return run.GetProperty("state").GetString() is "completed" or "failed" ? up : null;
        });
        return run;
    }

    private static void AssertPromoted(JsonElement run)
    {
        Assert.True(run.GetProperty("state").GetString() == "completed", run.GetRawText());
        var evaluation = run.GetProperty("stages")
            .EnumerateArray()
            .Single(stage => stage.GetProperty("name").GetString() == "evaluation")
            .GetProperty("summary");
        Assert.True(evaluation.GetProperty("decision").GetString() == "promoted", evaluation.GetRawText());
    }

    private static async Task<JsonElement> AskAsync(UpProcess up, params IEnumerable<byte[]> pictures)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (number, picture) in pictures.Index())
        {
            form.Add(new ByteArrayContent(picture), "images", $"{number}.png");
        }

        using var answer = await up.Client.PostAsync("/v1/expressions", form, Token);
        return await ReadAsync(answer);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }
}
