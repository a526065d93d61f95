using System.Net.Http.Json;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;

namespace SsFer.Console.Tests.Retraining;

/// <summary>What is known of labels that are not trained on.</summary>
[Trait("Category", "Slow")]
public sealed class RetrainingStateTests
{
    private const string Minimum = "Retraining:MinimumNewLabels";
    private const string Path = "/api/datasets/faces/retraining";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_ThatTheVersionHas_StartNothingAndSaySo()
    {
        await using var host = await StartAsync((Minimum, "1"));
        var version = (await host.Catalog.GetAsync("faces", Token)).Raw!;

        var answer = await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(2), "fear"), (Pictures.Key(3), "joy")), 201);
        await host.LookAsync();
        host.Time.Advance(TimeSpan.FromDays(2));
        await host.LookAsync();

        Assert.Contains(version, answer.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await host.GetAsync(Path)).GetProperty("waitingLabels").GetInt32());
        Assert.Empty(await host.RunIdsAsync());
    }

    [Fact]
    public async Task Labels_SentAgainUnderAnotherKey_StartOneRun()
    {
        await using var host = await StartAsync((Minimum, "1"));
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy"), (Pictures.Key(2), "joy")), 201);
        await host.LookAsync();

        var again = await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(0), "joy"), (Pictures.Key(2), "joy")), 201);
        host.Time.Advance(TimeSpan.FromDays(2));
        await host.LookAsync();

        Assert.Single(await host.RunIdsAsync());
        Assert.Contains("every one of these labels already", again.GetProperty("note").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_ThatAreTakenBack_CountNoMore()
    {
        await using var host = await StartAsync((Minimum, "2"));
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(2), "joy")), 201);
        Assert.Equal(1, (await host.GetAsync(Path)).GetProperty("waitingLabels").GetInt32());
        host.Time.Advance(TimeSpan.FromMinutes(1));

        await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(2), "fear")), 201);

        Assert.Equal(0, (await host.GetAsync(Path)).GetProperty("waitingLabels").GetInt32());
        Assert.Equal(JsonValueKind.Null, Of(await host.GetAsync(Path), "oldestWaiting"));
    }

    [Fact]
    public async Task Decision_IsShownWithItsTime()
    {
        await using var host = await StartAsync((Minimum, "1"));
        var basis = (await host.Catalog.GetAsync("faces", Token)).Raw;
        Assert.Equal(JsonValueKind.Null, Of(await host.GetAsync(Path), "lastDecision"));

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await host.LookAsync();

        var state = await host.GetAsync(Path);
        var decision = state.GetProperty("lastDecision");
        Assert.Equal(
            (basis, 1, true),
            (
                decision.GetProperty("basis").GetString(),
                decision.GetProperty("batches").GetInt32(),
                decision.GetProperty("isCarriedOut").GetBoolean()
            )
        );
        Assert.Equal(host.Time.GetUtcNow(), decision.GetProperty("decided").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, Of(state, "blocked"));
    }

    [Fact]
    public async Task Gate_ThatCannotRun_IsShownUntilItIsSetRight()
    {
        await using var host = await StartAsync((Minimum, "1"));
        var stored = (await host.Store.TryReadJsonAsync<JsonElement>("datasets/faces/retraining.json", Token))!.Value;
        var broken = stored.GetRawText().Replace("0.02", "2", StringComparison.Ordinal);
        await host.Store.PutAsync("datasets/faces/retraining.json", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(broken)), Token);
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await host.LookAsync();
        await host.LookAsync();

        var blocked = (await host.GetAsync(Path)).GetProperty("blocked");
        Assert.Contains("promotion", blocked.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal(host.Time.GetUtcNow(), blocked.GetProperty("since").GetDateTimeOffset());
        Assert.Single(host.Log.Lines, line => line.Contains("labels of faces wait: promotion", StringComparison.Ordinal));

        await SetAsync(host);
        await host.LookAsync();
        Assert.Equal(JsonValueKind.Null, Of(await host.GetAsync(Path), "blocked"));
        Assert.Single(await host.RunIdsAsync());
    }

    [Fact]
    public async Task Pictures_ImportedAnew_BlockWithTheCure()
    {
        await using var host = await StartAsync((Minimum, "1"));
        await Answer.ReadAsync(
            await host.Client.PostAsync("/api/datasets/faces/images?format=csv&splitColumn=split", Pictures.LabelledForm(seed: 100), Token),
            201
        );
        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await host.LookAsync();

        Assert.Contains(
            "then PUT the retraining settings again",
            (await host.GetAsync(Path)).GetProperty("blocked").GetProperty("why").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Labels_OfPicturesWithoutAFace_StartNothingAloneAndAreCountedWithOthers()
    {
        await using var host = await StartAsync((Minimum, "1"));
        await WithoutFaceAsync(host, Pictures.Key(0));

        await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
        await host.LookAsync();
        Assert.Contains(
            $"in none of the 1 newly labelled pictures of 'faces' was a face found ({Pictures.Key(0)})",
            (await host.GetAsync(Path)).GetProperty("blocked").GetProperty("why").GetString(),
            StringComparison.Ordinal
        );
        Assert.Empty(await host.RunIdsAsync());

        await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(1), "fear")), 201);
        await host.LookAsync();
        var state = await host.GetAsync(Path);
        Assert.Equal(1, state.GetProperty("lastDecision").GetProperty("labelsWithoutFace").GetInt32());
        Assert.Equal(0, state.GetProperty("waitingLabels").GetInt32());
        await host.LookAsync();
        Assert.Single(await host.RunIdsAsync());
    }

    [Fact]
    public async Task Labels_ThatWait_AreNotReadAgainUntilSomethingIsNew()
    {
        var folder = Directory.CreateTempSubdirectory("ssfer-waiting-");
        var store = new CountingStore(new FolderArtifactStore(folder.FullName));
        await using (var host = await ConsoleHost.StartAsync(store, time: null, (Minimum, "1"), ("Retraining:LookInterval", "1.00:00:00")))
        {
            await host.ImportAsync();
            await host.PrepareAsync();
            await SetAsync(host);
            await WithoutFaceAsync(host, Pictures.Key(0));
            await Answer.ReadAsync(await host.LabelAsync("one", (Pictures.Key(0), "joy")), 201);
            await host.LookAsync();
            var prepared = (await host.Catalog.GetAsync("faces", Token)).Prepared[32];

            store.Read.Clear();
            await host.LookAsync();
            Assert.DoesNotContain($"datasets/faces/{prepared}/manifest.json", store.Read);
            Assert.NotEqual(JsonValueKind.Null, Of(await host.GetAsync(Path), "blocked"));

            host.Time.Advance(TimeSpan.FromHours(1));
            await host.LookAsync();
            Assert.Contains($"datasets/faces/{prepared}/manifest.json", store.Read);

            await Answer.ReadAsync(await host.LabelAsync("two", (Pictures.Key(1), "fear")), 201);
            await host.LookAsync();
            Assert.Single(await host.RunIdsAsync());
        }

        folder.Delete(recursive: true);
    }

    /// <summary>Prepared faces without that of one picture, as where none was found in it.</summary>
    private static async Task WithoutFaceAsync(ConsoleHost host, string key)
    {
        var prepared = await host.Catalog.ReadManifestAsync("faces", (await host.Catalog.GetAsync("faces", Token)).Prepared[32], Token);
        var draft = new DatasetDraft
        {
            Name = prepared.Name,
            Kind = prepared.Kind,
            Size = prepared.Size,
            Classes = prepared.Classes,
            Provenance = new Dictionary<string, string>(prepared.Provenance, StringComparer.Ordinal),
        };
        var without = await new Relabelling(host.Store).WriteAsync(prepared, draft, item => new(item.Key == key ? null : item), Token);
        await host.Catalog.PublishAsync(without, Token);
    }

    private static JsonValueKind Of(JsonElement state, string name) =>
        state.TryGetProperty(name, out var value) ? value.ValueKind : JsonValueKind.Null;

    private static async Task<ConsoleHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = await ConsoleHost.StartAsync([.. settings, ("Retraining:LookInterval", "1.00:00:00")]);
        await host.ImportAsync();
        await host.PrepareAsync();
        await SetAsync(host);
        return host;
    }

    private static async Task SetAsync(ConsoleHost host)
    {
        var body = new
        {
            validation = "faces:validation",
            recipe = "smoke",
            promotion = new { margin = 0.02 },
        };
        await Answer.ReadAsync(await host.Client.PutAsJsonAsync(Path, body, Token), 200);
    }
}
