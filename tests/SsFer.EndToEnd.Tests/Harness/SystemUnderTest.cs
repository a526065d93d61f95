using System.Collections.Concurrent;
using SsFer.Artifacts.Access;
using SsFer.Artifacts.Azure;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.LocalServers;

namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>
/// Services of one test in processes of their own, on a virtual host and a storage account that nobody else uses. All that a
/// service is told are the two connection strings, how often to look, and where to keep its cache: in a folder of its own, as if it
/// were on a machine of its own, so that whoever goes on with another's work has the store and nothing else. Disposing ends every
/// process. Services run in Production, as they are deployed: the endpoint has a purpose, and a key that the tests send.
/// </summary>
internal sealed class SystemUnderTest : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-system-");
    private readonly ConcurrentQueue<ServiceProcess> _processes = new();
    private string _key = "";
    private int _started;

    private SystemUnderTest(Uri broker, string blobs, TestBus bus)
    {
        Broker = broker;
        Blobs = blobs;
        Bus = bus;
        Store = new BlobArtifactStore(BlobConnection.Open(blobs));
        Runs = new RunStore(Store);
    }

    public Uri Broker { get; }

    /// <summary>Connection string of the store.</summary>
    public string Blobs { get; }

    public TestBus Bus { get; }

    /// <summary>The store as the services see it, but without their patience.</summary>
    public IArtifactStore Store { get; }

    public RunStore Runs { get; }

    public static async Task<SystemUnderTest> CreateAsync(Uri broker, string blobs, CancellationToken cancellationToken)
    {
        var system = new SystemUnderTest(broker, blobs, await TestBus.ConnectAsync(broker, cancellationToken));
        var keys = new ApiKeyStore(system.Store, TimeProvider.System);
        system._key = (await keys.AddAsync(new ApiKeyRequest { Name = "tests" }, cancellationToken)).Text;
        return system;
    }

    /// <summary>A client of an endpoint, with a key.</summary>
    public async Task<HttpClient> ClientAsync(ServiceProcess endpoint, CancellationToken cancellationToken) =>
        new()
        {
            BaseAddress = await endpoint.AddressAsync(cancellationToken),
            DefaultRequestHeaders = { Authorization = new("Bearer", _key) },
        };

    /// <summary>Starts a service; it need not listen yet when this returns.</summary>
    /// <param name="service">One of <see cref="Service"/>.</param>
    /// <param name="settings">Over those that every service is told.</param>
    public ServiceProcess Start(string service, params (string Key, string Value)[] settings) =>
        StartProgram(BuiltService.PathOf(service), settings);

    /// <summary>Starts an executable, which may be another build's.</summary>
    public ServiceProcess StartProgram(string program, params (string Key, string Value)[] settings)
    {
        var folder = _folder.CreateSubdirectory($"process-{Interlocked.Increment(ref _started)}").FullName;
        var process = new ServiceProcess(
            program,
            [
                ("ConnectionStrings:messaging", Broker.ToString()),
                ("ConnectionStrings:blobs", Blobs),
                ("StageWorker:LookInterval", "00:00:03"), // each look reads every open run
                ("Inference:Purpose", "drills"),
                ("Store:CacheDirectory", Path.Combine(folder, "cache")),
                ("TMPDIR", folder),
                .. settings,
            ],
            folder
        );
        _processes.Enqueue(process);
        return process;
    }

    public void StartAll(IEnumerable<string> services)
    {
        foreach (var service in services)
        {
            Start(service);
        }
    }

    /// <summary>The record of a stage, once it is as it should be.</summary>
    public Task<StageRecord> UntilAsync(
        string run,
        string stage,
        Predicate<StageRecord> asItShouldBe,
        CancellationToken cancellationToken
    ) =>
        Patience.UntilAsync(
            $"stage {stage} of run {run}",
            async token =>
            {
                var record = (await Runs.LoadAsync(run, token)).Stages[stage];
                return asItShouldBe(record) ? record : null;
            },
            cancellationToken
        );

    /// <summary>The run, once nothing in it will move any more and it is no longer among the open ones.</summary>
    public Task<RunStatus> UntilClosedAsync(string run, CancellationToken cancellationToken) =>
        Patience.UntilAsync(
            $"run {run} to its end",
            async token =>
            {
                var status = await Runs.LoadAsync(run, token);
                return status.IsSettled && !await Runs.ListOpenAsync(token).ContainsAsync(run, cancellationToken: token) ? status : null;
            },
            cancellationToken
        );

    /// <summary>What every process wrote.</summary>
    public IEnumerable<string> Logs() =>
        _processes.SelectMany(
            (process, index) =>
                process.Log.Prepend($"--- {process.Name}, process {index + 1}{(process.HasExited ? ", ended" : "")}").Append("")
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Dispose();
        }

        await Bus.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
