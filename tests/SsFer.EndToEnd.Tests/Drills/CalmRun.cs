using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.EndToEnd.Tests.Drills;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Importing;
using SsFer.Synthetic;

[assembly: AssemblyFixture(typeof(CalmRunFixture))]

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>
/// The small run as it goes when nothing happens: what every drill is measured against, and the datasets that the drills start from.
/// </summary>
internal sealed record CalmRun
{
    private const int Faces = 140;
    private const ulong Seed = 5;
    private const int Side = 64;

    public required RunStatus Run { get; init; }

    public required RunOutcome Outcome { get; init; }

    /// <summary>Everything the system said.</summary>
    public required IReadOnlyList<object> Events { get; init; }

    /// <summary>How often the production alias changed.</summary>
    public required int Promotions { get; init; }

    /// <summary>Version of the raw pictures.</summary>
    public required string Raw { get; init; }

    /// <summary>Version of the prepared faces.</summary>
    public required string Prepared { get; init; }

    /// <summary>What it left.</summary>
    public required IArtifactStore Store { get; init; }

    public static async Task<CalmRun> DoAsync(Servers servers, CancellationToken cancellationToken)
    {
        await using var system = await SystemUnderTest.CreateAsync(
            (await servers.BrokerAsync()).NextUri(),
            (await servers.BlobsAsync()).NextConnectionString(),
            cancellationToken
        );
        system.StartAll(Service.Workers);
        var raw = await new SyntheticImporter(new SyntheticFaces(Seed, Side), Faces).ImportAsync(
            system.Store,
            SmallRun.Dataset,
            new ImportOptions(),
            null,
            cancellationToken
        );
        await system.Runs.CreateAsync(SmallRun.Spec(SmallRun.Id, raw.Version), SmallRun.FromPictures(raw.Version), cancellationToken);
        await system.Bus.WakeAsync(SmallRun.Id, SmallRun.Preparation, StageKind.FaceDetection, cancellationToken);
        try
        {
            var run = await system.UntilClosedAsync(SmallRun.Id, cancellationToken);
            await Patience.UntilAsync(
                "all that is told of it",
                _ => Task.FromResult(DecisionIfAllIsTold(system.Bus, run)),
                cancellationToken
            );
            return new CalmRun
            {
                Run = run,
                Outcome = await RunOutcome.ReadAsync(system.Store, run, cancellationToken),
                Events = system.Bus.Events,
                Promotions = (await new ModelRegistry(system.Store, TimeProvider.System).ReadAsync(cancellationToken)).History.Count,
                Raw = raw.Version,
                Prepared = run.Stages[SmallRun.Preparation].Artifact!.Path.Split('/')[^1],
                Store = system.Store,
            };
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"the calm run failed: {fault.Message}\n{string.Join('\n', system.Logs())}", fault);
        }
    }

    /// <summary>What the gate decided, once each stage is told of as well: messages come in any order.</summary>
    private static object? DecisionIfAllIsTold(TestBus bus, RunStatus run) =>
        bus.Completions(run.Spec.Id).Distinct().Count() < run.Plan.Stages.Count
            ? null
            : bus.Events.FirstOrDefault(told => told is ModelPromoted or ModelRejected);

    /// <summary>Copies the datasets to a system's store, so that a drill starts with prepared faces.</summary>
    public async Task CopyDatasetsAsync(IArtifactStore store, CancellationToken cancellationToken)
    {
        await foreach (var artifact in Store.ListAsync($"{Containers.Datasets}/", cancellationToken))
        {
            await using var content = await Store.OpenReadAsync(artifact.Path, cancellationToken);
            await store.PutAsync(artifact.Path, content, cancellationToken);
        }
    }
}

/// <summary>Does the calm run once, for the first drill that asks.</summary>
public sealed class CalmRunFixture : IDisposable
{
    private readonly SemaphoreSlim _once = new(1, 1);
    private CalmRun? _run;

    internal async Task<CalmRun> GetAsync(Servers servers, CancellationToken cancellationToken)
    {
        await _once.WaitAsync(cancellationToken);
        try
        {
            return _run ??= await CalmRun.DoAsync(servers, cancellationToken);
        }
        finally
        {
            _once.Release();
        }
    }

    public void Dispose() => _once.Dispose();
}
