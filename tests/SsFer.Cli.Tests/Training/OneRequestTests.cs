using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Console;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.Recipes;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Cli.Tests.Training;

/// <summary>One request, made in the terminal and over HTTP, each with a store of its own.</summary>
[Trait("Category", "Slow")]
public sealed class OneRequestTests : IAsyncLifetime
{
    private readonly Material _material = new();
    private readonly HttpClient _client = new();
    private FolderArtifactStore _ofTerminal = null!;
    private FolderArtifactStore _ofConsole = null!;
    private WebApplication _console = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_ofTerminal, _ofConsole) = (Store("terminal"), Store("console"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IArtifactStore>(_ofConsole);
        builder.Services.AddSingleton(new CacheSpace(Path.Combine(_material.Root, "cache")));
        builder.ShareProcess();
        builder.AddServiceDefaults();
        builder.AddConsole();
        _console = builder.Build();
        _console.MapDefaultEndpoints();
        _console.MapConsole();
        await _console.StartAsync(Token);
        _client.BaseAddress = new Uri(_console.Urls.Single());
        await ImportAsync("faces", "awe", "joy");
        await ImportAsync("turned", "JOY", "Awe");
        await ImportAsync("others", "fear", "joy");
        await ImportAsync("lone", "joy");
    }

    [Fact]
    public async Task Request_OfTheTerminalAndOverHttp_IsOneRunOfEqualVersions()
    {
        foreach (var name in (string[])["faces", "turned", "others", "lone"])
        {
            Assert.Equal(
                (await new DatasetCatalog(_ofTerminal).GetAsync(name, Token)).Raw,
                (await new DatasetCatalog(_ofConsole).GetAsync(name, Token)).Raw
            );
        }

        foreach (var (line, body) in Accepted)
        {
            var posted = await PostAsync(body);
            Assert.True(posted.TryGetProperty("id", out var id), posted.GetRawText());
            var trained = await TrainAsync("terminal", line);
            trained.AssertDone();
            Assert.Equal(id.GetString(), trained.Json.GetProperty("run").GetString());

            // What the Console planned is the run that the terminal would make there: it finds it, and carries it out.
            (await TrainAsync("console", line)).AssertDone();
            Assert.Equal(
                await ListAsync(new RunStore(_ofTerminal).ListAsync(Token)),
                await ListAsync(new RunStore(_ofConsole).ListAsync(Token))
            );
            Assert.Equal(await PreparedAsync(_ofTerminal), await PreparedAsync(_ofConsole));
            Assert.Equal(id.GetString(), (await PostAsync(body)).GetProperty("id").GetString());
        }
    }

    [Theory]
    [InlineData("--labelled nobody", """{"labelled": "nobody"}""", "nobody")]
    [InlineData("--labelled faces:test", """{"labelled": "faces:test"}""", "has no split 'test'")]
    [InlineData("--labelled faces --validation faces:train", """{"labelled": "faces", "validation": "faces:train"}""", "faces:train")]
    [InlineData("--labelled faces --validation others", """{"labelled": "faces", "validation": "others"}""", "lacks [awe] and has [fear]")]
    [InlineData("--labelled faces --labels many", """{"labelled": "faces", "labels": "many"}""", "labels 'many'")]
    [InlineData("--labelled faces --labels 99/class", """{"labelled": "faces", "labels": "99/class"}""", "ask for at most 16/class")]
    [InlineData("--labelled faces --labels 99", """{"labelled": "faces", "labels": "99"}""", "has only 32")]
    [InlineData("--labelled faces --labels 2/class", """{"labelled": "faces", "labels": "2/class"}""", "FineTuning.BatchSize to at most 4")]
    [InlineData("--labelled faces", """{"labelled": "faces"}""", "no face is left without one")]
    [InlineData("--labelled faces --labels 27", """{"labelled": "faces", "labels": "27"}""", "EmaTeacher.UnlabelledBatch to at most 5")]
    [InlineData(
        "--labelled faces --labels 50% --set Pretraining.BatchSize=64",
        """{"labelled": "faces", "labels": "50%", "set": {"Pretraining.BatchSize": 64}}""",
        "Pretraining.BatchSize to at most 32"
    )]
    [InlineData("--labelled lone --labels 50%", """{"labelled": "lone", "labels": "50%"}""", "the single class [joy]")]
    [InlineData("--labelled faces --encoder gone", """{"labelled": "faces", "encoder": "gone"}""", "there is no run 'gone'")]
    [InlineData(
        "--labelled faces --labels 50% --encoder narrow",
        """{"labelled": "faces", "labels": "50%", "encoder": "narrow"}""",
        "Model.Width=48 instead of"
    )]
    [InlineData(
        "--labelled faces --labels 50% --encoder shifted",
        """{"labelled": "faces", "labels": "50%", "encoder": "shifted"}""",
        "Normalisation.Mean=0.1,0.2,0.3 instead of"
    )]
    [InlineData(
        "--labelled faces --set FineTuning.Epoch=3",
        """{"labelled": "faces", "set": {"FineTuning.Epoch": 3}}""",
        "FineTuning.Epochs"
    )]
    [InlineData(
        "--labelled faces --run aliases --validation faces",
        """{"labelled": "faces", "id": "aliases", "validation": "faces"}""",
        "aliases"
    )]
    public async Task Refusal_OfTheTerminalAndOverHttp_IsTheSameLine(string line, string body, string names)
    {
        foreach (var store in (FolderArtifactStore[])[_ofTerminal, _ofConsole])
        {
            await AddEncoderAsync(store, "narrow", "Model.Width=48");
            await AddEncoderAsync(store, "shifted", "Normalisation.Mean=0.1,0.2,0.3");
        }

        var runs = await ListAsync(new RunStore(_ofTerminal).ListAsync(Token));
        var answer = await PostAsync(body);
        var trained = await TrainAsync("terminal", line);

        var detail = answer.GetProperty("detail").GetString()!;
        Assert.Contains(names, detail, StringComparison.Ordinal);
        Assert.Equal($"error: {detail}", trained.Error.Trim());
        Assert.NotEqual(0, trained.ExitCode);
        Assert.Equal(runs, await ListAsync(new RunStore(_ofTerminal).ListAsync(Token)));
        Assert.Equal(runs, await ListAsync(new RunStore(_ofConsole).ListAsync(Token)));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _console.StopAsync(CancellationToken.None);
        await _console.DisposeAsync();
        _material.Dispose();
    }

    private static IReadOnlyList<(string Line, string Body)> Accepted { get; } =
    [
        (
            "--labelled faces --labels 50% --validation turned",
            """{"labelled": "faces", "labels": "50%", "validation": "turned", "promotion": {"enabled": false}}"""
        ),
        (
            "--labelled faces --validation faces --no-teacher --set Seed=3",
            """{"labelled": "faces", "validation": "faces", "teacher": false, "set": {"Seed": 3}}"""
        ),
    ];

    private FolderArtifactStore Store(string name) => new(Path.Combine(_material.Root, name));

    private Task<SsferResult> TrainAsync(string store, string line) =>
        SsferProcess.RunAsync(_material.Root, ["train", .. line.Split(' '), "--recipe", "smoke", "--store", store, "--json"]);

    private async Task<JsonElement> PostAsync(string body)
    {
        var request = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(body)!;
        request["recipe"] = JsonSerializer.SerializeToElement("smoke");
        var answer = await _client.PostAsJsonAsync("/api/runs", request, Token);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    /// <summary>64 pictures, evenly of the classes, half of them held out.</summary>
    private async Task ImportAsync(string name, params string[] classes)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var number = 0; number < 64; number++)
            {
                await using var entry = archive.CreateEntry($"{classes[number * classes.Length / 64]}/{number:00}.png").Open();
                await entry.WriteAsync(Material.Png(number + name.Length, side: 40), Token);
            }
        }

        var zip = _material.Write($"{name}.zip", buffer.ToArray());
        (
            await SsferProcess.RunAsync(
                _material.Root,
                ["data", "import", "folders", zip, "--name", name, "--hold-out", "0.5", "--store", "terminal"]
            )
        ).AssertDone();
        using var part = new ByteArrayContent(buffer.ToArray());
        part.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var form = new MultipartFormDataContent { { part, "images", $"{name}.zip" } };
        var answer = await _client.PostAsync($"/api/datasets/{name}/images?format=folders&holdOut=0.5", form, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    /// <summary>A run of which the pre-training is done, with a setting that differs from those of the request.</summary>
    private static async Task AddEncoderAsync(FolderArtifactStore store, string run, string setting)
    {
        var spec = new RunSpec
        {
            Id = run,
            RecipeName = "smoke",
            Recipe = JsonSerializer.Deserialize<JsonElement>(RecipeCatalog.Smoke.With([setting]).ToJson()),
            Unlabelled = [],
            Seed = 1,
            Created = DateTimeOffset.UnixEpoch,
        };
        await new RunStore(store).CreateAsync(spec, TrainingPlan.Of([], [StageKind.Pretraining], start: null, evaluation: null), Token);
        await using var claim = await new StageLedger(store, new StageProtocolOptions(), TimeProvider.System).TryClaimAsync(
            run,
            TrainingPlan.Pretraining,
            Token
        );
        Assert.True(await claim!.CompleteAsync(new StageArtifact { Path = $"checkpoints/{run}/pretraining/1-1" }, Token));
    }

    private static async Task<List<string>> PreparedAsync(FolderArtifactStore store)
    {
        var versions = new List<string>();
        await foreach (var dataset in new DatasetCatalog(store).ListAsync(Token))
        {
            versions.AddRange(dataset.Value!.Prepared.Select(prepared => $"{dataset.Name} {prepared.Key} {prepared.Value}"));
        }

        Assert.NotEmpty(versions);
        return versions;
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> all)
    {
        var list = new List<T>();
        await foreach (var each in all)
        {
            list.Add(each);
        }

        return list;
    }
}
