using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Kept;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;
using SsFer.Inference.Http;
using SsFer.Inference.Tests.Streams;

namespace SsFer.Inference.Tests.Keeping;

/// <summary>Pictures of which the model is unsure; sure enough is here a model that gives its class all of the probability.</summary>
[Trait("Category", "Slow")]
public sealed class KeepingTests : IDisposable
{
    private static readonly (string, string)[] Enabled = [("Inference:Keep:Enabled", "true"), ("Inference:Keep:Below", "1")];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TestModel _unsure = new("unsure");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Picture_ByDefault_IsNotKept()
    {
        await using var host = await InferenceHost.StartAsync(_unsure);
        using var outcomes = Outcomes(host);

        Assert.Null(await PostAsync(host));

        Assert.Empty(outcomes.GetMeasurementSnapshot());
        Assert.Empty(await KeptAsync(host));
    }

    [Fact]
    public async Task Picture_OfWhichTheModelIsUnsure_IsKeptWithWhatWasAnswered()
    {
        await using var host = await InferenceHost.StartAsync(_unsure, _time, Enabled);
        using var outcomes = Outcomes(host);
        var sent = Requests.Plain();

        var answer = await host.AnswerAsync(Requests.Form(("grace-hopper.png", sent)));

        await outcomes.WaitForMeasurementsAsync(1, Patience);
        var kept = Assert.Single(await KeptAsync(host));
        Assert.Equal(
            (Assert.Single(answer.Pictures).Kept, _time.GetUtcNow(), "png", "unsure", answer.Digest),
            (kept.Id, kept.Kept, kept.Format, kept.Model, kept.Digest)
        );
        var (face, told) = (Assert.Single(answer.Pictures[0].Faces), Assert.Single(kept.Faces));
        Assert.Equal([0, 0, 40, 30], told.Box);
        Assert.Equal(
            face.Probabilities.Select(each => (each.Expression, each.Probability)),
            told.Probabilities.Select(each => (each.Key, each.Value))
        );
        using var file = new MemoryStream();
        await using (var stored = await new KeptPictureStore(host.Store).OpenAsync(kept, Token))
        {
            await stored.CopyToAsync(file, Token);
        }

        var decoder = new PictureDecoder();
        Assert.Equal(decoder.Decode(sent, "sent").Pixels, decoder.Decode(file.ToArray(), "kept").Pixels);
        var document = System.Text.Encoding.UTF8.GetString(ArtifactJson.Serialize(kept));
        Assert.DoesNotContain("hopper", document, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Picture_OfASureModelOrOfAnUnwillingClientOrOfAStream_IsNotKept()
    {
        using var sure = new TestModel("sure", "happiness");
        await using var host = await InferenceHost.StartAsync(sure, Enabled);
        using var outcomes = Outcomes(host);
        Assert.Null(await PostAsync(host));
        await host.PromoteAsync(_unsure.Id, _unsure.ToOnnx());
        await host.Production.RefreshAsync(Token);

        Assert.Null(await PostAsync(host, "?keep=false"));
        using var stream = await StreamClient.OpenAsync(host);
        Assert.Null(Assert.Single((await stream.AskAsync(StreamClient.Frame(0))).Answer!.Pictures).Kept);
        var id = await PostAsync(host, "?keep=true");

        await outcomes.WaitForMeasurementsAsync(1, Patience);
        Assert.NotNull(id);
        Assert.Equal(id, Assert.Single(await KeptAsync(host)).Id);
    }

    [Fact]
    public async Task Picture_WithoutAFaceOrUnreadable_IsNotKept()
    {
        using var detecting = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(detecting, Enabled);
        using var outcomes = Outcomes(host);

        var answer = await host.AnswerAsync(Requests.Form(("a", Requests.Plain(200, 200)), ("b", "?"u8.ToArray())));

        Assert.All(answer.Pictures, picture => Assert.Null(picture.Kept));
        Assert.Empty(outcomes.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task Pictures_BeyondTheDaysNumber_AreNotKeptUntilTheNextDay()
    {
        await using var host = await InferenceHost.StartAsync(_unsure, _time, [.. Enabled, ("Inference:Keep:MostPerDay", "1")]);
        using var outcomes = Outcomes(host);
        foreach (var posted in (int[])[1, 2])
        {
            await PostAsync(host);
            await outcomes.WaitForMeasurementsAsync(posted, Patience);
        }

        Assert.Null(await PostAsync(host)); // the day is known to be full
        _time.Advance(TimeSpan.FromDays(1));
        Assert.NotNull(await PostAsync(host));
        await outcomes.WaitForMeasurementsAsync(4, Patience);

        Assert.Equal(["Kept", "OverLimit", "OverLimit", "Kept"], NamesOf(outcomes));
        Assert.Equal([0, 1], (await KeptAsync(host)).Select(each => (each.Kept - _time.Start).Days));
    }

    [Fact]
    public async Task Answers_WhileTheStoreIsSlow_DoNotWaitAndWhatHasNoRoomIsNotKept()
    {
        BrokenStore? slow = null;
        await using var host = await BeginAsync(store => slow = new BrokenStore(store));
        using var outcomes = Outcomes(host);
        await PostAsync(host);
        await slow!.Asked.WaitAsync(Patience, Token); // the first is being written, and does not end

        var ids = new List<string?>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await PostAsync(host));
        }

        Assert.All(ids.Take(4), Assert.NotNull);
        Assert.Null(ids[4]);
        slow.Open.SetResult();
        await outcomes.WaitForMeasurementsAsync(6, Patience);
        Assert.Equal(["Dropped", "Kept", "Kept", "Kept", "Kept", "Kept"], NamesOf(outcomes));
    }

    [Fact]
    public async Task Answers_WhileTheStoreRefuses_AreGivenAndTheFaultIsSaid()
    {
        await using var host = await BeginAsync(store =>
        {
            var broken = new BrokenStore(store);
            broken.Open.SetException(new StorageFullException("kept/x"));
            return broken;
        });
        using var outcomes = Outcomes(host);

        var id = await PostAsync(host);

        await outcomes.WaitForMeasurementsAsync(1, Patience);
        Assert.Equal(["Failed"], NamesOf(outcomes));
        Assert.Contains(host.Log.Lines, line =>
            line.StartsWith($"Warning: picture {id} could not be kept for labelling: no space left", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Pictures_WhoseDaysAreOver_AreErasedAlsoWhereNothingIsKeptAnyMore()
    {
        await using var host = await InferenceHost.StartAsync(null, _time);
        var store = new KeptPictureStore(host.Store);
        foreach (var days in (int[])[-40, -30, -29, 0])
        {
            var now = _time.GetUtcNow().AddDays(days);
            var picture = new KeptPicture
            {
                Id = KeptPicture.NewId(now),
                Kept = now,
                Format = "png",
                Model = "m",
                Digest = "00",
                Faces = [],
            };
            await store.AddAsync(picture, Requests.Plain(), Token);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        do
        {
            _time.Advance(TimeSpan.FromMinutes(10)); // the sweep may not have begun to wait
            await Task.Delay(10, patience.Token);
        } while (!host.Log.Lines.Contains("Information: erased 2 kept pictures, whose 30 days are over") && _time.GetUtcNow().Day == 30);

        Assert.Equal([-29, 0], (await KeptAsync(host)).Select(each => (each.Kept - _time.Start).Days));
    }

    public void Dispose() => _unsure.Dispose();

    private async Task<InferenceHost> BeginAsync(Func<IArtifactStore, IArtifactStore> disturb)
    {
        var host = await InferenceHost.BeginAsync(_unsure, _time, disturb, Enabled);
        await host.Production.RefreshAsync(Token);
        return host;
    }

    /// <returns>What the answer says that the picture is kept as.</returns>
    private static async Task<string?> PostAsync(InferenceHost host, string query = "") =>
        Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()), query)).Pictures).Kept;

    private static async Task<IReadOnlyList<KeptPicture>> KeptAsync(InferenceHost host) =>
        await new KeptPictureStore(host.Store).ListAsync(Token).ToListAsync(Token);

    private static MetricCollector<long> Outcomes(InferenceHost host) =>
        new(host.Get<IMeterFactory>(), RequestTelemetry.Name, "ssfer.inference.kept_pictures");

    private static IEnumerable<string> NamesOf(MetricCollector<long> outcomes) =>
        outcomes.GetMeasurementSnapshot().Select(each => $"{each.Tags["outcome"]}");
}
