using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Models;
using SsFer.Contracts.Events;
using SsFer.Inference.Models;
using static SsFer.Inference.Tests.Waits;

namespace SsFer.Inference.Tests;

public sealed class ProductionModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Promotions_UnderLoad_DropNoRequestAndMixNoModels()
    {
        const int Flips = 20,
            Clients = 4;
        using var happy = new TestModel("happy", "happiness");
        using var sad = new TestModel("sad", "sadness");
        var files = new Dictionary<string, byte[]> { ["happy"] = happy.ToOnnx(), ["sad"] = sad.ToOnnx() };
        await using var host = await InferenceHost.StartAsync(happy);
        await host.PromoteAsync("sad", files["sad"]);
        using var enough = new CancellationTokenSource();
        var answers = new ConcurrentQueue<(string Model, string Expression)>();
        var clients = Enumerable.Range(0, Clients).Select(_ => AskAsync(host, answers, enough.Token)).ToList();

        for (var flip = 0; flip < Flips; flip++)
        {
            var model = flip % 2 == 0 ? "sad" : "happy";
            await host.PromoteAsync(model, onnx: null);
            await host.PublishAsync(
                new ModelPromoted
                {
                    Model = model,
                    Sequence = flip,
                    Reason = "test",
                }
            );
            var before = answers.Count;
            // A flip that no request meets says nothing; a client that ends has failed.
            await UntilAsync(() => answers.Skip(before).Any(answer => answer.Model == model) || clients.Any(client => client.IsCompleted));
        }

        await enough.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Equal(["happy", "sad"], answers.Select(answer => answer.Model).Distinct().Order());
        Assert.All(answers, answer => Assert.Equal(answer.Model == "happy" ? "happiness" : "sadness", answer.Expression));
    }

    [Fact]
    public async Task Lease_OutlivesTheModelsProduction()
    {
        using var happy = new TestModel("happy", "happiness");
        using var sad = new TestModel("sad", "sadness");
        await using var host = await InferenceHost.StartAsync(happy);
        var turns = new PictureTurns(1, 1 << 20, TimeProvider.System);

        using (var lease = host.Production.TryLease()!)
        {
            await host.PromoteAsync("sad", sad.ToOnnx());
            await host.Production.RefreshAsync(Token);

            var answer = await AnswerAsync(lease);
            Assert.Equal("happiness", answer[0].Faces[0].Expression);
            lease.Dispose(); // a second time does no harm
            await Assert.ThrowsAsync<ObjectDisposedException>(() => AnswerAsync(lease));
        }

        Assert.Equal("sad", (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Model);

        Task<IReadOnlyList<PictureAnswer>> AnswerAsync(ModelLease lease) =>
            lease.Pipeline.AnswerAsync(
                [new UploadedPicture("a", Requests.Plain())],
                new AnswerOptions(),
                turns,
                new PhaseClock(TimeProvider.System),
                Token
            );
    }

    [Fact]
    public async Task Model_WhoseFileIsNotTheOneOfItsCard_IsRefusedUntilItIs()
    {
        using var happy = new TestModel("happy", "happiness");
        using var sad = new TestModel("sad", "sadness");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartAsync(happy, time);
        var digest = Convert.ToHexStringLower(SHA256.HashData(sad.ToOnnx()));
        using var changed = new TestModel("sad", "happiness"); // loads, and answers otherwise
        await host.PromoteAsync("sad", changed.ToOnnx());
        var card = Encoding.UTF8.GetBytes($"{{\"onnxSha256\": \"{digest}\", \"id\": \"sad\"}}");
        await host.Store.PutAsync(ModelPaths.Card("sad"), new MemoryStream(card), Token);

        await host.Production.RefreshAsync(Token);

        Assert.Equal("happy", (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Model);
        var line = Assert.Single(host.Log.Lines, line => line.StartsWith("Error: ", StringComparison.Ordinal));
        Assert.Contains($"models/sad/model.onnx is not the file that was evaluated: its SHA-256 is ", line, StringComparison.Ordinal);
        await host.Store.PutAsync(ServedModel.PathOf("sad"), new MemoryStream(sad.ToOnnx()), Token);
        time.Advance(TimeSpan.FromMinutes(1));
        await host.Production.RefreshAsync(Token);
        Assert.Equal("sad", (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Model);
        Assert.Equal(
            ["Information: the card of model happy tells no SHA-256 of its file, which is served unverified"],
            host.Log.Lines.Where(line => line.Contains("unverified", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("cut short")]
    [InlineData("of another kind")]
    [InlineData("missing")]
    public async Task Model_ThatDoesNotLoad_IsRefusedOnceAndTheOldOneServes(string fault)
    {
        using var happy = new TestModel("happy", "happiness");
        using var sad = new TestModel("sad", "sadness");
        await using var host = await InferenceHost.StartAsync(happy, new FakeTimeProvider()); // the pause before the next try does not end
        var file = sad.ToOnnx();
        var broken = fault switch
        {
            "damaged" => [.. file.Select((value, i) => i < 4000 ? (byte)(value ^ 0x55) : value)],
            "cut short" => file[..(file.Length / 2)],
            "of another kind" => await File.ReadAllBytesAsync(Faces.Detection.BlazeFaceModel.DefaultPath, Token),
            _ => null,
        };

        await host.PromoteAsync("broken", broken);
        await host.Production.RefreshAsync(Token);
        await host.Production.RefreshAsync(Token);

        Assert.Equal("happy", (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Model);
        string line = Assert.Single(host.Log.Lines, line => line.StartsWith("Error: ", StringComparison.Ordinal));
        Assert.StartsWith("Error: model broken is refused, happy keeps serving: ", line, StringComparison.Ordinal);
        Assert.Contains("models/broken/model.onnx", line, StringComparison.Ordinal);
        await host.PromoteAsync("sad", file);
        await host.Production.RefreshAsync(Token);
        Assert.Equal("sad", (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Model);
        Assert.Equal((HealthStatus.Healthy, "serving sad"), await HealthAsync(host));
    }

    [Fact]
    public async Task Model_ThatWasRefused_IsTriedAgainAfterGrowingPauses()
    {
        using var happy = new TestModel("happy");
        using var sad = new TestModel("sad");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartAsync(happy, time);
        var file = sad.ToOnnx();
        await host.PromoteAsync("sad", file[..1000]);
        await host.Production.RefreshAsync(Token);

        var tries = 1;
        foreach (var pause in new[] { 15, 30, 60, 120, 240, 480, 900 })
        {
            time.Advance(TimeSpan.FromSeconds(pause - 1));
            await host.Production.RefreshAsync(Token);
            Assert.Equal(tries, Refusals());
            time.Advance(TimeSpan.FromSeconds(1));
            await host.Production.RefreshAsync(Token);
            Assert.Equal(++tries, Refusals());
        }

        var (status, told) = await HealthAsync(host);
        Assert.Equal(HealthStatus.Degraded, status);
        Assert.StartsWith(
            "serving happy; sad was refused: models/sad/model.onnx is not a model ONNX Runtime can load",
            told,
            StringComparison.Ordinal
        );
        await host.Store.PutAsync(ServedModel.PathOf("sad"), new MemoryStream(file), Token);
        time.Advance(TimeSpan.FromMinutes(15));
        await host.Production.RefreshAsync(Token);
        Assert.Equal("sad", (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Model);
        Assert.Equal((HealthStatus.Healthy, "serving sad"), await HealthAsync(host));

        int Refusals() =>
            host.Log.Lines.Count(line => line.StartsWith("Error: model sad is refused, happy keeps serving: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_WhereTheFirstModelDoesNotLoad_SaysWhichAndWhy()
    {
        await using var host = await InferenceHost.StartAsync(null);
        await host.PromoteAsync("broken", "no model"u8.ToArray());
        await host.Production.RefreshAsync(Token);

        var (status, told) = await HealthAsync(host);

        Assert.Equal(HealthStatus.Degraded, status);
        Assert.StartsWith("serving no model; broken was refused: models/broken/model.onnx ", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhereTheModelInProductionDoesNotLoad_ServesTheOneBeforeUntilItDoes()
    {
        using var happy = new TestModel("happy");
        using var sad = new TestModel("sad");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartAsync(null, time);
        await host.PromoteAsync("happy", happy.ToOnnx());
        await host.PromoteAsync("sad", "no model"u8.ToArray());

        await host.Production.RefreshAsync(Token); // the first look that finds anything

        var (status, told) = await HealthAsync(host);
        Assert.Equal(HealthStatus.Degraded, status);
        Assert.StartsWith("serving happy; sad was refused: ", told, StringComparison.Ordinal);
        Assert.Equal(("happy", 1L), await AnswererAsync());
        await host.Store.PutAsync(ServedModel.PathOf("sad"), new MemoryStream(sad.ToOnnx()), Token);
        time.Advance(TimeSpan.FromMinutes(1));
        await host.Production.RefreshAsync(Token);
        Assert.Equal(("sad", 2L), await AnswererAsync());

        async Task<(string Model, long? Version)> AnswererAsync()
        {
            var answer = await host.AnswerAsync(Requests.Body(Requests.Plain()));
            return (answer.Model, answer.Version);
        }
    }

    [Fact]
    public async Task Promotion_WithoutAnyMessage_IsFoundByLooking()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(null, ("LookInterval", "00:00:00.2"));

        await host.PromoteAsync("m", model.ToOnnx());

        await UntilServedAsync(host, "m");
    }

    [Fact]
    public async Task RolledBack_Message_BringsTheEarlierModel()
    {
        using var happy = new TestModel("happy");
        using var sad = new TestModel("sad");
        await using var host = await InferenceHost.StartAsync(happy);
        await host.PromoteAsync("sad", sad.ToOnnx());
        await host.Production.RefreshAsync(Token);

        await host.PromoteAsync("happy", onnx: null);
        await host.PublishAsync(
            new ModelRolledBack
            {
                Model = "happy",
                Previous = "sad",
                Sequence = 3,
                Reason = "test",
            }
        );

        await UntilServedAsync(host, "happy");
    }

    [Fact]
    public async Task Alias_ThatCannotBeRead_LeavesTheModelInService_AndIsSaidOnce()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        await host.Store.PutAsync(ModelPaths.Production, new MemoryStream("{"u8.ToArray()), Token);

        await host.Production.RefreshAsync(Token);
        await host.Production.RefreshAsync(Token);

        Assert.Equal("m", (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Model);
        Assert.Single(host.Log.Lines, line =>
            line.StartsWith("Warning: the model in production could not be looked up, m keeps serving: ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Service_AndWhatItRefersTo_KnowNoTorchSharp()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<System.Reflection.Assembly>([typeof(ProductionModel).Assembly]);
        while (open.TryPop(out var assembly))
        {
            foreach (
                var reference in assembly
                    .GetReferencedAssemblies()
                    .Where(reference => seen.Add(reference.Name!) && reference.Name!.StartsWith("SsFer.", StringComparison.Ordinal))
            )
            {
                open.Push(System.Reflection.Assembly.Load(reference));
            }
        }

        Assert.Contains("SsFer.Faces", seen);
        Assert.DoesNotContain("TorchSharp", seen);
        Assert.DoesNotContain("SsFer.Learning", seen);
    }

    private static async Task AskAsync(
        InferenceHost host,
        ConcurrentQueue<(string Model, string Expression)> answers,
        CancellationToken enough
    )
    {
        while (!enough.IsCancellationRequested)
        {
            var answer = await host.AnswerAsync(Requests.Form(("a.png", Requests.Plain()), ("b.png", Requests.Plain())));
            foreach (var picture in answer.Pictures)
            {
                answers.Enqueue((answer.Model, picture.Faces[0].Expression));
            }
        }
    }

    private static async Task<(HealthStatus Status, string? Told)> HealthAsync(InferenceHost host)
    {
        var report = await host.Get<HealthCheckService>().CheckHealthAsync(check => check.Name == "model", Token);
        var entry = Assert.Single(report.Entries).Value;
        return (entry.Status, entry.Description);
    }

    private static Task UntilServedAsync(InferenceHost host, string model) =>
        UntilAsync(() =>
        {
            using var lease = host.Production.TryLease();
            return lease?.Pipeline.Model.Description.Id == model;
        });
}
