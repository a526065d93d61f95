using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Inference.Candidates;
using SsFer.Inference.Http;
using SsFer.Inference.Models;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Access;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Inference.Tests;

/// <summary>The service on a port of its own, over a folder and a bus inside the process.</summary>
internal sealed class InferenceHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-inference-");
    private readonly WebApplication _application;

    private InferenceHost(
        FakeTimeProvider? time,
        Func<IArtifactStore, IArtifactStore>? disturb,
        AskModel? ask,
        Dictionary<string, string?> settings,
        string environment
    )
    {
        Store = new FolderArtifactStore(_folder.FullName);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            settings.Select(pair =>
                KeyValuePair.Create(pair.Key.Contains(':') ? pair.Key : $"{InferenceOptions.Section}:{pair.Key}", pair.Value)
            )
        );
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Configuration["ConnectionStrings:blobs"] ??= $"folder:{_folder.FullName}";
        if (time is not null)
        {
            builder.Services.AddSingleton<TimeProvider>(time);
        }

        if (disturb is not null)
        {
            builder.Services.AddSingleton(disturb(Store));
        }

        builder.AddServiceDefaults();
        builder.ShareProcess();
        builder.AddInference();
        if (ask is not null)
        {
            builder.Services.AddSingleton(ask);
        }

        _application = builder.Build();
        _application.MapDefaultEndpoints();
        _application.MapInference();
    }

    public FolderArtifactStore Store { get; }

    public LogLines Log { get; } = new();

    public HttpClient Client { get; private set; } = new();

    public ProductionModel Production => Get<ProductionModel>();

    /// <summary>
    /// Starts the service with a model in production, or none; it looks at the alias only when told to, unless the settings say
    /// otherwise.
    /// </summary>
    public static Task<InferenceHost> StartAsync(TestModel? model, params (string Key, string Value)[] settings) =>
        StartAsync(model, time: null, settings);

    /// <summary>Likewise, by the test's own clock.</summary>
    public static async Task<InferenceHost> StartAsync(
        TestModel? model,
        FakeTimeProvider? time,
        params (string Key, string Value)[] settings
    )
    {
        var host = await BeginAsync(model, time, disturb: null, settings);
        await host.LookAsync();
        return host;
    }

    /// <summary>Likewise, with models that are asked in the test's own way.</summary>
    public static Task<InferenceHost> StartAsync(
        TestModel? model,
        FakeTimeProvider? time,
        AskModel ask,
        params (string Key, string Value)[] settings
    ) => StartAsync(model, time, disturb: null, ask, settings);

    /// <summary>Likewise, with something between the service and its store.</summary>
    public static async Task<InferenceHost> StartAsync(
        TestModel? model,
        FakeTimeProvider? time,
        Func<IArtifactStore, IArtifactStore>? disturb,
        AskModel ask,
        params (string Key, string Value)[] settings
    )
    {
        var host = new InferenceHost(time, disturb, ask, AllOf(settings), Environments.Development);
        await host.StartAsync(model);
        await host.LookAsync();
        return host;
    }

    /// <summary>Likewise, as it is deployed: with a purpose, and keys that somebody has to make.</summary>
    public static async Task<InferenceHost> StartInProductionAsync(
        TestModel? model,
        FakeTimeProvider? time,
        params (string Key, string Value)[] settings
    )
    {
        var host = new InferenceHost(
            time,
            disturb: null,
            ask: null,
            AllOf([(nameof(InferenceOptions.Purpose), "audience research"), .. settings]),
            Environments.Production
        );
        await host.StartAsync(model);
        await host.LookAsync();
        return host;
    }

    /// <summary>Starts the service and does not wait until it has looked at the alias.</summary>
    /// <param name="model">In production.</param>
    /// <param name="time">The service's clock.</param>
    /// <param name="disturb">Puts something between the service and its store.</param>
    /// <param name="settings">Of the service; those of other sections with their section.</param>
    public static async Task<InferenceHost> BeginAsync(
        TestModel? model,
        FakeTimeProvider? time,
        Func<IArtifactStore, IArtifactStore>? disturb,
        params (string Key, string Value)[] settings
    )
    {
        var host = new InferenceHost(time, disturb, ask: null, AllOf(settings), Environments.Development);
        await host.StartAsync(model);
        return host;
    }

    private static Dictionary<string, string?> AllOf((string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            [nameof(InferenceOptions.LookInterval)] = "01:00:00",
            [nameof(InferenceOptions.BuiltInModel)] = "false", // the tests' own models are told apart by their answers
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return all;
    }

    /// <summary>Once the service's own first look is over, which could come between two steps of a test otherwise.</summary>
    private async Task LookAsync()
    {
        while (!Production.HasLooked && Production.Complaint is null)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await Production.RefreshAsync(TestContext.Current.CancellationToken);
    }

    private async Task StartAsync(TestModel? model)
    {
        if (model is not null)
        {
            await PromoteAsync(model.Id, model.ToOnnx());
        }

        await _application.StartAsync(TestContext.Current.CancellationToken);
        Client.Dispose();
        Client = new HttpClient { BaseAddress = new Uri(_application.Urls.Single()) };
    }

    /// <summary>Stores a model's file and makes it the one in production; nobody is told.</summary>
    public async Task PromoteAsync(string id, byte[]? onnx, string card = "{}")
    {
        await AddAsync(id, onnx, card);
        await new ModelRegistry(Store, TimeProvider.System).PromoteAsync(
            id,
            AliasActor.OfPerson("tester"),
            "test",
            TestContext.Current.CancellationToken
        );
    }

    /// <summary>Stores a model's file and tries it beside production, which the service then knows.</summary>
    public async Task<Candidacy> TryAsync(string id, byte[]? onnx, Trial trial)
    {
        await AddAsync(id, onnx);
        var (candidacy, _) = await new CandidateRegistry(Store, TimeProvider.System).StartAsync(
            id,
            trial,
            AliasActor.OfPerson("tester"),
            "test",
            TestContext.Current.CancellationToken
        );
        await Production.RefreshAsync(TestContext.Current.CancellationToken);
        return candidacy;
    }

    public Task<ProductionAlias> ReadAliasAsync() =>
        new ModelRegistry(Store, TimeProvider.System).ReadAsync(TestContext.Current.CancellationToken);

    private async Task AddAsync(string id, byte[]? onnx, string card = "{}")
    {
        if (onnx is not null)
        {
            await Store.PutAsync(ServedModel.PathOf(id), new MemoryStream(onnx), TestContext.Current.CancellationToken);
        }

        await Store.PutAsync(ModelPaths.Card(id), new MemoryStream(Encoding.UTF8.GetBytes(card)), TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until the service knows the keys that there are now.</summary>
    public Task KeysAreReadAsync() => Get<ApiKeyring>().RefreshAsync(TestContext.Current.CancellationToken);

    /// <summary>Waits until so many requests have their turn.</summary>
    public async Task UntilInWorkAsync(int requests)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (Get<RequestGate>().InWork != requests)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    public Task PublishAsync<T>(T message)
        where T : class => Get<IMessageBus>().PublishAsync(message, TestContext.Current.CancellationToken);

    public T Get<T>()
        where T : notnull => _application.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>What the service said, line by line.</summary>
    public sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> Lines => _lines;

        /// <summary>Exceptions that were written with their stack.</summary>
        public ConcurrentQueue<string> Traces { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
            if (exception is not null)
            {
                Traces.Enqueue($"{exception}");
            }
        }

        public void Dispose() { }
    }
}
