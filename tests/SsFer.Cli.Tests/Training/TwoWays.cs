using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Storage;
using SsFer.Console;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Cli.Tests.Training;

/// <summary>The terminal and a Console, each with a store of its own that holds the same datasets.</summary>
public class TwoWays : IAsyncLifetime
{
    private readonly Material _material = new();
    private readonly HttpClient _client = new();
    private WebApplication _console = null!;

    public FolderArtifactStore Terminal { get; private set; } = null!;

    public FolderArtifactStore Console { get; private set; } = null!;

    public static IReadOnlyList<string> Datasets { get; } = ["faces", "turned", "others", "lone"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        (Terminal, Console) = (Store("terminal"), Store("console"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IArtifactStore>(Console);
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

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _console.StopAsync(CancellationToken.None);
        await _console.DisposeAsync();
        _material.Dispose();
    }

    private FolderArtifactStore Store(string name) => new(Path.Combine(_material.Root, name));

    internal Task<SsferResult> TrainAsync(string store, string line) =>
        SsferShell.RunAsync(_material.Root, ["train", .. line.Split(' '), "--recipe", "smoke", "--store", store, "--json"]);

    public async Task<JsonElement> PostAsync(string body)
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
            await SsferShell.RunAsync(
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
}
