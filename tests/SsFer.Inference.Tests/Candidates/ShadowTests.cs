using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using SsFer.Artifacts.Models;
using SsFer.Inference.Candidates;
using SsFer.Inference.Http;
using static SsFer.Inference.Tests.Waits;

namespace SsFer.Inference.Tests.Candidates;

/// <summary>A candidate that works on what production has answered.</summary>
public sealed class ShadowTests : IDisposable
{
    private readonly TestModel _happy = new("happy", "happiness");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("happiness", 3)]
    [InlineData("sadness", 0)]
    public async Task Shadow_OfAnyModel_ChangesNoAnswerAndCountsAgreement(string favourite, int agreed)
    {
        using var other = new TestModel("other", favourite);
        await using var host = await InferenceHost.StartAsync(_happy);
        await host.TryAsync("other", other.ToOnnx(), Trial.Shadow);
        using var faces = Collect(host, "ssfer.inference.shadow.faces");
        using var requests = Collect(host, "ssfer.inference.role.requests");

        for (var i = 1; i <= 3; i++)
        {
            var answer = await host.AnswerAsync(Requests.Body(Requests.Plain()));
            Assert.Equal(("happy", false, "happiness"), (answer.Model, answer.IsCandidate, answer.Pictures[0].Faces[0].Expression));
            await UntilAsync(() => host.Get<CandidateModel>().Trial!.Agreement.Compared == i);
        }

        Assert.Equal((agreed, 3), host.Get<CandidateModel>().Trial!.Agreement);
        Assert.Equal((agreed, 3 - agreed), (Sum(faces, "outcome", "agreed"), Sum(faces, "outcome", "differed")));
        Assert.Equal((3, 3), (Sum(requests, "role", "production"), Sum(requests, "role", "candidate")));
        Assert.Equal(
            $"serving happy; other is tried in the shadow of production, {agreed} of 3 faces named alike",
            await HealthAsync(host)
        );
        await UntilAsync(() => host.Get<PictureReader>().SpooledBytes == 0);
    }

    [Fact]
    public async Task Shadow_WhereNoTurnIsToSpare_IsSkipped()
    {
        using var sad = new TestModel("sad", "sadness");
        await using var host = await InferenceHost.StartAsync(_happy, ("Parallelism", "2"));
        await host.TryAsync("sad", sad.ToOnnx(), Trial.Shadow);
        using var skipped = Collect(host, "ssfer.inference.shadow.skipped");

        using (await host.Get<RequestGate>().Pictures.EnterAsync(Token))
        {
            await host.AnswerAsync(Requests.Body(Requests.Plain())); // by the other turn, which the shadow leaves free
            await UntilAsync(() => skipped.GetMeasurementSnapshot().Count == 1);
        }

        Assert.Equal((0, 0), host.Get<CandidateModel>().Trial!.Agreement);
        await host.AnswerAsync(Requests.Body(Requests.Plain()));
        await UntilAsync(() => host.Get<CandidateModel>().Trial!.Agreement == (0, 1));
    }

    [Fact]
    public async Task Shadow_ThatDoesNotKeepUp_HoldsFewPicturesAndSkipsTheRest()
    {
        var go = new TaskCompletionSource();
        var ask = AskedModels.After(
            (model, _, cancellationToken) => model == "sad" ? go.Task.WaitAsync(cancellationToken) : Task.CompletedTask
        );
        using var sad = new TestModel("sad", "sadness");
        await using var host = await InferenceHost.StartAsync(_happy, time: null, ask, ("Inference:Candidate:MaxShadows", "2"));
        await host.TryAsync("sad", sad.ToOnnx(), Trial.Shadow);
        using var skipped = Collect(host, "ssfer.inference.shadow.skipped");

        for (var i = 0; i < 8; i++)
        {
            await host.AnswerAsync(Requests.Body(Requests.Plain()));
        }

        // One in work, two that wait.
        Assert.InRange(skipped.GetMeasurementSnapshot().Count, 5, 6);
        go.SetResult();
        await UntilAsync(() => host.Get<CandidateModel>().Trial!.Agreement.Compared == 8 - skipped.GetMeasurementSnapshot().Count);
        await UntilAsync(() => host.Get<PictureReader>().SpooledBytes == 0);
    }

    [Fact]
    public async Task Shadow_ThatThrows_IsAbortedUnseen()
    {
        using var sad = new TestModel("sad", "sadness");
        await using var host = await InferenceHost.StartAsync(
            _happy,
            time: null,
            AskedModels.Throwing("sad"),
            ("Inference:Candidate:MinAnswers", "3")
        );
        await host.TryAsync("sad", sad.ToOnnx(), Trial.Shadow);

        while (host.Get<CandidateModel>().Trial is not null)
        {
            Assert.Equal("happy", (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Model);
        }

        Assert.StartsWith(
            "3 of its 3 requests failed",
            Assert.Single((await host.ReadAliasAsync()).Candidacies).End!.Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Candidate_ThatDoesNotLoad_IsRefusedAndProductionUntouched()
    {
        await using var host = await InferenceHost.StartAsync(_happy);

        await host.TryAsync("broken", "no model"u8.ToArray(), Trial.Canary(0.5m));

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("happy", (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Model);
        }

        Assert.Single(host.Log.Lines, line =>
            line.StartsWith("Error: candidate broken is refused, happy keeps serving: models/broken/model.onnx", StringComparison.Ordinal)
        );
        Assert.StartsWith("serving happy; broken was refused: models/broken/model.onnx", await HealthAsync(host), StringComparison.Ordinal);
    }

    public void Dispose() => _happy.Dispose();

    private static MetricCollector<long> Collect(InferenceHost host, string instrument) =>
        new(host.Get<IMeterFactory>(), RequestTelemetry.Name, instrument);

    private static long Sum(MetricCollector<long> collector, string tag, string value) =>
        collector.GetMeasurementSnapshot().Where(each => (string?)each.Tags[tag] == value).Sum(each => each.Value);

    private static async Task<string?> HealthAsync(InferenceHost host) =>
        Assert
            .Single((await host.Get<HealthCheckService>().CheckHealthAsync(check => check.Name == "model", Token)).Entries)
            .Value.Description;
}
