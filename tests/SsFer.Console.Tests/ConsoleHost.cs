using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Commands;
using SsFer.FaceDetection;
using SsFer.Importing;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Console.Tests;

/// <summary>The service on a port of its own, over a folder, a bus inside the process and a clock that stands still.</summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    private static StoredFiles? _uploaded;

    private readonly WebApplication _application;
    private readonly DirectoryInfo _folder;

    private ConsoleHost(IArtifactStore? store, FakeTimeProvider? time, (string Key, string Value)[] settings)
    {
        _folder = Directory.CreateTempSubdirectory("ssfer-console-");
        Time = time ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        Store = store ?? new FolderArtifactStore(Path.Combine(_folder.FullName, "store"), Time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(Store);
        builder.Services.AddSingleton(new CacheSpace(Path.Combine(_folder.FullName, "cache")));
        // So that a killed import leaves shards
        builder.Services.AddSingleton(new ImportOptions { Writer = new DatasetWriterOptions { ItemsPerShard = 5 } });
        builder.ShareProcess();
        builder.AddServiceDefaults();
        foreach (var kind in (StageKind[])[StageKind.FaceDetection, StageKind.FineTuning])
        {
            builder.AddMessaging(heard =>
                heard.Share<RunStage>(ResourceNames.StageQueue(kind), (_, received) => Wakes.Enqueue(received.Message))
            );
        }

        builder.AddConsole();
        _application = builder.Build();
        _application.MapDefaultEndpoints();
        _application.MapConsole();
    }

    public FakeTimeProvider Time { get; }

    public IArtifactStore Store { get; }

    public LogLines Log { get; } = new();

    /// <summary>Stages that a worker was woken for.</summary>
    public ConcurrentQueue<RunStage> Wakes { get; } = new();

    public HttpClient Client { get; private set; } = new();

    public DatasetCatalog Catalog => new(Store);

    public RunStore Runs => new(Store);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<ConsoleHost> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, null, settings);

    /// <summary>A replica over a store and a clock that others share.</summary>
    public static async Task<ConsoleHost> StartAsync(
        IArtifactStore? store,
        FakeTimeProvider? time,
        params (string Key, string Value)[] settings
    )
    {
        var host = new ConsoleHost(store, time, settings);
        await host._application.StartAsync(Token);
        host.Client.Dispose();
        host.Client = new HttpClient { BaseAddress = new Uri(host._application.Urls.Single()) };
        return host;
    }

    public T Get<T>()
        where T : notnull => _application.Services.GetRequiredService<T>();

    public Task PublishAsync<T>(T message)
        where T : class => Get<IMessageBus>().PublishAsync(message, Token);

    /// <summary>
    /// A dataset of two classes: 24 pictures in train, of which fourteen have no label, and six in validation. Uploaded once; in a store
    /// that is still empty lies from then on what that upload left.
    /// </summary>
    public async Task ImportAsync()
    {
        var root = Store is FolderArtifactStore { Root: var folder } && !Directory.Exists(Path.Combine(folder, "datasets")) ? folder : null;
        if (root is not null && _uploaded is { } files)
        {
            files.PutInto(root);
            return;
        }

        await Answer.ReadAsync(
            await Client.PostAsync("/api/datasets/faces/images?format=csv&splitColumn=split", Pictures.LabelledForm(), Token),
            201
        );
        _uploaded ??= root is null ? null : StoredFiles.Of(root);
    }

    /// <summary>A dataset of 64 pictures of two other classes, half of them in train: each has a label.</summary>
    public async Task ImportFullyLabelledAsync(string name)
    {
        var zip = Pictures.Zip([
            .. Enumerable.Range(0, 64).Select(number => ($"{(number < 32 ? "awe" : "joy")}/{number}.png", Pictures.Png(number))),
        ]);
        await Answer.ReadAsync(
            await Client.PostAsync($"/api/datasets/{name}/images?format=folders&holdOut=0.5", Pictures.Body(zip, "application/zip"), Token),
            201
        );
    }

    /// <summary>Prepares a dataset for the smoke recipe.</summary>
    public Task<DatasetManifest> PrepareAsync(string name = "faces", DetectorChoice? detector = null) =>
        new PrepareDataset(Store, Path.Combine(_folder.FullName, "cache")).RunAsync(
            name,
            new PreparationOptions { Size = 32, Detector = detector ?? DetectorChoice.None },
            null,
            Token
        );

    /// <summary>An empty folder, gone with the host.</summary>
    public string NewFolder() => _folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName;

    public Task<HttpResponseMessage> PostAsync(string path, object body) => Client.PostAsJsonAsync(path, body, Token);

    public Task<HttpResponseMessage> LabelAsync(string key, params (string Key, string Expression)[] labels)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/datasets/faces/labels")
        {
            Content = JsonContent.Create(labels.Select(label => new { key = label.Key, expression = label.Expression })),
        };
        request.Headers.Add("Idempotency-Key", key);
        return Client.SendAsync(request, Token);
    }

    public async Task<JsonElement> GetAsync(string path) => await Answer.ReadAsync(await Client.GetAsync(path, Token), 200);

    public async Task<List<string>> RunIdsAsync()
    {
        var runs = new List<string>();
        await foreach (var run in Runs.ListAsync(Token))
        {
            runs.Add(run);
        }

        return runs;
    }

    /// <summary>Waits for what the service does by itself. Fails after a minute.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.StopAsync(CancellationToken.None); // disposing alone would not wait for a worker that still writes
        await _application.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>What the service said, line by line.</summary>
    internal sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
