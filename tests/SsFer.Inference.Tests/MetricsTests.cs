using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Access;
using SsFer.Inference.Http;
using SsFer.Inference.Tests.Streams;

namespace SsFer.Inference.Tests;

/// <summary>What the service measures of its answers, and to whom it tells.</summary>
[Trait("Category", "Slow")]
public sealed class MetricsTests
{
    private static readonly (string, string) Fetched = ("Telemetry:Prometheus", "true");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_OfARequest_AreCountedByStatusAndTheirFacesByExpression()
    {
        using var model = new TestModel("m", "happiness");
        await using var host = await InferenceHost.StartAsync(model, ("MaxPictureBytes", "20000"));
        using var pictures = Collect<long>(host, "ssfer.inference.pictures");
        using var faces = Collect<long>(host, "ssfer.inference.faces");
        using var probabilities = Collect<double>(host, "ssfer.inference.top_probability");

        await host.AnswerAsync(
            Requests.Form(("a", Requests.Plain()), ("b", Requests.Plain()), ("c", "?"u8.ToArray()), ("d", new byte[20_001]))
        );

        Assert.Equal(
            ["m ok request", "m ok request", "m unreadable request", "m too_large request"],
            TagsOf(pictures, "model", "status", "source")
        );
        Assert.Equal(["m happiness request", "m happiness request"], TagsOf(faces, "model", "expression", "source"));
        Assert.Equal([1, 1], probabilities.GetMeasurementSnapshot().Select(each => Math.Round(each.Value, 6)));
    }

    [Fact]
    public async Task Pictures_WithoutAFace_AreCountedApart()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);
        using var pictures = Collect<long>(host, "ssfer.inference.pictures");
        using var faces = Collect<long>(host, "ssfer.inference.faces");

        await host.AnswerAsync(Requests.Body(Requests.Plain(200, 200)));

        Assert.Equal(["m no_face request"], TagsOf(pictures, "model", "status", "source"));
        Assert.Empty(faces.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task Frames_OfAStream_AreCountedAsSuchAndAreNoDrift()
    {
        using var model = new TestModel("m", "happiness");
        await using var host = await InferenceHost.StartAsync(null);
        await host.PromoteAsync(model.Id, model.ToOnnx(), Card(neutral: 0, happiness: 200));
        await host.Production.RefreshAsync(Token);
        using var pictures = Collect<long>(host, "ssfer.inference.pictures");
        using var client = await StreamClient.OpenAsync(host);

        await client.AskAsync(StreamClient.Frame(0));

        Assert.Equal(["m ok stream"], TagsOf(pictures, "model", "status", "source"));
        await AnswerAsync(host, 199);
        Assert.Empty(Drift(host));
        await AnswerAsync(host, 1);
        Assert.Equal(["m confidence 0", "m expressions 0"], Drift(host));
    }

    [Fact]
    public async Task Drift_OfAnswersUnlikeTheEvaluation_IsToldUntilTheWindowHasPassed()
    {
        using var model = new TestModel("m", "happiness");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartAsync(null, time, ("DriftWindow", "02:00:00"));
        await host.PromoteAsync(model.Id, model.ToOnnx(), Card(neutral: 100, happiness: 100));
        await host.Production.RefreshAsync(Token);

        await AnswerAsync(host, 200);

        Assert.Equal(["m confidence 0", "m expressions 2.98207"], Drift(host)); // 100 / 201 ln(401)
        time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(Drift(host));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"product": "classifier", "evaluations": [{"model": "classifier", "predictions": {"topProbabilities": [3]}}]}""")]
    public async Task Drift_OfAModelWhoseCardTellsNone_IsNotMeasuredAndSaidOnce(string card)
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(null);
        await host.PromoteAsync(model.Id, model.ToOnnx(), card);
        await host.Production.RefreshAsync(Token);

        await AnswerAsync(host, 200);
        await host.Production.RefreshAsync(Token);

        Assert.Empty(Drift(host));
        Assert.Single(host.Log.Lines, line => line.Contains("no drift is measured", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_ThatAreToBeFetched_AreThoseOfTheMetersUnderTheirNamesAtPrometheus()
    {
        using var model = new TestModel("fetched", "happiness");
        await using var host = await InferenceHost.StartAsync(null, Fetched);
        await host.PromoteAsync(model.Id, model.ToOnnx(), Card(neutral: 100, happiness: 100));
        await host.Production.RefreshAsync(Token);
        await AnswerAsync(host, 200);

        var lines = (await host.Client.GetStringAsync("/metrics", Token)).Split('\n');

        Assert.Contains(lines, line => line.StartsWith("ssfer_inference_phase_duration_seconds_bucket{", StringComparison.Ordinal));
        var own = lines.Where(line => line.Contains("model=\"fetched\"", StringComparison.Ordinal)).ToList();
        Assert.Matches(
            @"^ssfer_inference_pictures_total\{.*source=""request"".*status=""ok"".*\} 200\b",
            Of("ssfer_inference_pictures_total")
        );
        Assert.Matches(@"^ssfer_inference_faces_total\{.*expression=""happiness"".*\} 200\b", Of("ssfer_inference_faces_total"));
        Assert.Equal(
            ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1", "+Inf"],
            own.Where(line => line.StartsWith("ssfer_inference_top_probability_bucket{", StringComparison.Ordinal))
                .Select(line => line.Split("le=\"")[1].Split('"')[0])
        );
        Assert.Matches(@"^ssfer_inference_drift\{.*of=""expressions"".*\} 2\.982", Of("ssfer_inference_drift", "expressions"));

        string Of(string name, string tag = "") =>
            Assert.Single(own, line =>
                line.StartsWith($"{name}{{", StringComparison.Ordinal) && line.Contains(tag, StringComparison.Ordinal)
            );
    }

    [Fact]
    public async Task Metrics_ByDefault_AreNotThere()
    {
        await using var host = await InferenceHost.StartAsync(null);

        using var answer = await host.Client.GetAsync("/metrics", Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_InProduction_AreForKeysOfTheRoleOperate()
    {
        await using var host = await InferenceHost.StartInProductionAsync(null, time: null, Fetched);
        var keys = host.Get<ApiKeyStore>();
        var predict = await keys.AddAsync(new() { Name = "caller" }, Token);
        var operate = await keys.AddAsync(new() { Name = "prometheus", Roles = [ApiKeyRole.Operate] }, Token);
        await host.KeysAreReadAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(null));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(predict.Text));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(operate.Text));

        async Task<HttpStatusCode> StatusAsync(string? key)
        {
            host.Client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using var answer = await host.Client.GetAsync("/metrics", Token);
            return answer.StatusCode;
        }
    }

    /// <summary>Of a model that answered its evaluation with near certainty.</summary>
    private static string Card(int neutral, int happiness) =>
        $$"""
            {"product": "classifier", "evaluations": [{"model": "student"}, {"model": "classifier", "predictions": {
              "topProbabilities": [0, 0, 0, 0, 0, 0, 0, 0, 0, {{neutral + happiness}}],
              "expressions": {"sadness": 0, "neutral": {{neutral}}, "happiness": {{happiness}} }
            } }]}
            """;

    private static async Task AnswerAsync(InferenceHost host, int faces)
    {
        foreach (var request in Enumerable.Range(0, faces).Chunk(32))
        {
            await host.AnswerAsync(Requests.Form([.. request.Select(i => ($"{i}", Requests.Plain()))]));
        }
    }

    private static MetricCollector<T> Collect<T>(InferenceHost host, string metric)
        where T : struct => new(host.Get<IMeterFactory>(), RequestTelemetry.Name, metric);

    private static IEnumerable<string> Drift(InferenceHost host)
    {
        using var drift = Collect<double>(host, "ssfer.inference.drift");
        drift.RecordObservableInstruments();
        return [.. drift.GetMeasurementSnapshot().Select(each => $"{each.Tags["model"]} {each.Tags["of"]} {Math.Round(each.Value, 6)}")];
    }

    private static IEnumerable<string> TagsOf<T>(MetricCollector<T> metric, params string[] names)
        where T : struct => metric.GetMeasurementSnapshot().Select(each => string.Join(' ', names.Select(name => each.Tags[name])));
}
