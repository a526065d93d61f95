using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;
using SsFer.Testing;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>
/// A fault on real processes. Whatever it is, the run must end as the calm one did, with nothing lost and nothing done twice.
/// </summary>
public abstract class DrillTest(Servers servers, CalmRunFixture calmRun) : SystemTest(servers)
{
    protected const string Run = SmallRun.Id;

    /// <summary>Drills are refused in Production.</summary>
    private protected static readonly (string, string) NotProduction = ("DOTNET_ENVIRONMENT", "Staging");

    private protected CalmRun Calm { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Calm = await calmRun.GetAsync(Servers, Token);
    }

    /// <summary>A system that has the calm run's datasets, raw and prepared.</summary>
    private protected async Task<SystemUnderTest> SystemWithFacesAsync(RabbitMqServer? broker = null, AzuriteServer? blobs = null)
    {
        var system = await SystemAsync(broker, blobs);
        await Calm.CopyDatasetsAsync(system.Store, Token);
        return system;
    }

    /// <summary>
    /// Puts the first training stages, from prepared faces, into the store. Nobody is woken: workers find them by looking.
    /// </summary>
    private protected Task CreateRunAsync(SystemUnderTest system, int trainings, string run = Run) =>
        system.Runs.CreateAsync(SmallRun.Spec(run, Calm.Prepared), SmallRun.FromFaces(trainings), Token);

    /// <summary>
    /// Settings of a trainer that stands still for so long after every tenth step, so that what is to meet it in mid-stage does,
    /// however busy the machine is; what it computes stays the same.
    /// </summary>
    private protected static (string, string)[] Slowly(int seconds) =>
        [NotProduction, ("Drills:ProgressPause", $"{TimeSpan.FromSeconds(seconds)}")];

    /// <summary>A training, once it has a checkpoint to lose; by a trainer that does it <see cref="Slowly"/>.</summary>
    private protected static Task<StageRecord> UntilInMidStageAsync(SystemUnderTest system, string stage = TrainingPlan.Pretraining) =>
        system.UntilAsync(Run, stage, record => record is { State: StageState.Running, Checkpoint.Step: >= 10 }, Token);

    /// <summary>
    /// The run to its end, and its end is that of the calm run, with one model where it has an evaluation; each stage was told of at
    /// most once.
    /// </summary>
    private protected async Task<RunStatus> AssertEndsAsCalmAsync(SystemUnderTest system, string run = Run)
    {
        var status = await system.UntilClosedAsync(run, Token);
        await Calm.Outcome.AssertSameAsync(system.Store, status, Token);
        Assert.Empty(system.Bus.Of<StageFailed>(failed => failed.Run == run));
        Assert.All(Completions(system, run).GroupBy(stage => stage), stage => Assert.Single(stage));
        var isEvaluated = status.Plan.Stages.Any(stage => stage.Kind == StageKind.Evaluation);
        string[] cards = isEvaluated ? [ModelPaths.Card(run)] : [];
        Assert.Equal(cards, await CardsAsync(system));
        var history = (await new ModelRegistry(system.Store, TimeProvider.System).ReadAsync(Token)).History;
        Assert.Equal(isEvaluated ? Calm.Promotions : 0, history.Count);
        return status;
    }

    /// <summary>Waits until the bus has told of each of these stages that it is complete, and of no other, once.</summary>
    private protected static async Task AssertToldOfAsync(SystemUnderTest system, string run, IReadOnlyCollection<string> stages)
    {
        await Patience.UntilAsync(
            $"the events of run {run}",
            _ => Task.FromResult(Completions(system, run).Count >= stages.Count ? run : null),
            Token
        );
        Assert.Equal(stages.Order(StringComparer.Ordinal), Completions(system, run).Order(StringComparer.Ordinal));
    }

    /// <summary>The training went on from a checkpoint of another process, although this one has nothing of it but the store.</summary>
    private protected static void AssertResumed(ServiceProcess successor)
    {
        var start = Assert.Single(successor.Log, line => line.Contains(" from step ", StringComparison.Ordinal));
        Assert.DoesNotContain(" from step 0 of ", start, StringComparison.Ordinal);
    }

    /// <summary>Of all models that there are.</summary>
    private static async Task<IReadOnlyList<string>> CardsAsync(SystemUnderTest system)
    {
        var cards = new List<string>();
        await foreach (var file in system.Store.ListAsync($"{Containers.Models}/", Token))
        {
            if (file.Path.EndsWith("/card.json", StringComparison.Ordinal))
            {
                cards.Add(file.Path);
            }
        }

        return cards;
    }

    /// <summary>See <see cref="TestBus.Completions"/>.</summary>
    private protected static IReadOnlyList<string> Completions(SystemUnderTest system, string run) => system.Bus.Completions(run);
}
