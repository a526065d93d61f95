using System.Globalization;
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

    private static int Seconds => Environment.GetEnvironmentVariable(LengthVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 240;

    [Fact]
    public async Task Stage_LongerThanTheBrokersConsumerTimeout_IsDoneOnceAndNeverRedelivered()
    {
        var limit = (ConsumerTimeoutSeconds * 1000).ToString(CultureInfo.InvariantCulture);
        await using var broker = await RabbitMqServer.StartAsync(new Dictionary<string, string> { ["consumer_timeout"] = limit }, Token);
        var system = await SystemWithFacesAsync(broker);
        var trainer = system.Start(
            Service.Of(StageKind.Pretraining), ("DOTNET_ENVIRONMENT", "Staging"), ("Drills:StageLasts", $"{TimeSpan.FromSeconds(Seconds)}"), ("StageWorker:LookInterval", "00:10:00"));
        await trainer.AddressAsync(Token);
        await CreateRunAsync(system, trainings: 1);
        var began = TimeProvider.System.GetTimestamp();
        await system.Bus.WakeAsync(Run, TrainingPlan.Pretraining, StageKind.Pretraining, Token);

        await Task.Delay(TimeSpan.FromSeconds(Seconds), Token); // the stage itself; there is nothing to look for before
        var run = await AssertEndsAsCalmAsync(system);

        Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds >= Seconds);
        Assert.Equal((1, 1), (run.Stages[TrainingPlan.Pretraining].Fence, run.Stages[TrainingPlan.Pretraining].Attempt));
        await AssertToldOfAsync(system, Run, [TrainingPlan.Pretraining]);
        Assert.Single(trainer.Log, line => line.Contains("pretraining begins", StringComparison.Ordinal));
        var log = await broker.LogAsync(Token);
        Assert.Contains("accepting AMQP connection", log, StringComparison.Ordinal); // it is the log that would tell
        Assert.DoesNotContain("timed out waiting for delivery acknowledgement", log, StringComparison.Ordinal);
        Assert.DoesNotContain(trainer.Log, line => line.Contains("PRECONDITION_FAILED", StringComparison.Ordinal));
    }
}
