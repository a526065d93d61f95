using System.Globalization;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;
using SsFer.Testing;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>A stage that lasts far longer than the broker lets a delivery go unacknowledged.</summary>
public sealed class LongStageDrill(Servers servers, CalmRunFixture calmRun) : DrillTest(servers, calmRun)
{
    private const int ConsumerTimeoutSeconds = 60;

    /// <summary>Seconds that the stage lasts: four minutes unless this environment variable says otherwise.</summary>
    private const string LengthVariable = "SSFER_LONG_STAGE_SECONDS";

    /// <summary>How long before its end the stage is looked at.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    private static int Seconds =>
        Environment.GetEnvironmentVariable(LengthVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 240;

    [Fact]
    public async Task Stage_LongerThanTheBrokersConsumerTimeout_IsDoneOnceAndNeverRedelivered()
    {
        var limit = (ConsumerTimeoutSeconds * 1000).ToString(CultureInfo.InvariantCulture);
        await using var broker = await RabbitMqServer.StartAsync(new Dictionary<string, string> { ["consumer_timeout"] = limit }, Token);
        var system = await SystemWithFacesAsync(broker);
        var trainer = system.Start(
            Service.Of(StageKind.Pretraining),
            ("DOTNET_ENVIRONMENT", "Staging"),
            ("Drills:StageLasts", $"{TimeSpan.FromSeconds(Seconds)}"),
            ("StageWorker:LookInterval", "00:10:00")
        );
        await trainer.AddressAsync(Token);
        await CreateRunAsync(system, trainings: 1);
        await system.Bus.WakeAsync(Run, TrainingPlan.Pretraining, StageKind.Pretraining, Token);

        var first = await system.UntilAsync(Run, TrainingPlan.Pretraining, record => record.State == StageState.Running, Token);
        await Task.Delay(TimeSpan.FromSeconds(Seconds) - Rest, Token); // the stage itself; there is nothing to look for before
        Assert.Equal(StageState.Running, (await system.Runs.LoadAsync(Run, Token)).Stages[TrainingPlan.Pretraining].State);
        var run = await AssertEndsAsCalmAsync(system);

        // From a beat near its begin to that of its end
        var lasted = run.Stages[TrainingPlan.Pretraining].Heartbeat!.At - first.Heartbeat!.At;
        Assert.InRange(lasted, TimeSpan.FromSeconds(Seconds) - Rest, TimeSpan.MaxValue);
        Assert.True(
            lasted.TotalSeconds > ConsumerTimeoutSeconds,
            $"the stage took {lasted}, the broker lets a delivery go unacknowledged for {ConsumerTimeoutSeconds} s"
        );
        Assert.Equal((1, 1), (run.Stages[TrainingPlan.Pretraining].Fence, run.Stages[TrainingPlan.Pretraining].Attempt));
        await AssertToldOfAsync(system, Run, [TrainingPlan.Pretraining]);
        Assert.Single(trainer.Log, line => line.Contains("pretraining begins", StringComparison.Ordinal));
        var log = await broker.LogAsync(Token);
        Assert.Contains("accepting AMQP connection", log, StringComparison.Ordinal); // it is the log that would tell
        Assert.DoesNotContain("timed out waiting for delivery acknowledgement", log, StringComparison.Ordinal);
        Assert.DoesNotContain(trainer.Log, line => line.Contains("PRECONDITION_FAILED", StringComparison.Ordinal));
    }
}
