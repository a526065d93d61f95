using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>Messages that are lost, doubled, out of order or about nothing: they only wake.</summary>
public sealed class MessageDrills(Servers servers, CalmRunFixture calmRun) : DrillTest(servers, calmRun)
{
    [Fact]
    public async Task Run_EveryMessageIsLost_EndsAndIsServedAllTheSame()
    {
        var system = await SystemWithFacesAsync();
        await using var relay = new LossyRelay(system.Broker);
        (string, string)[] settings =
        [
            ("ConnectionStrings:messaging", relay.Uri.ToString()),
            ("StageWorker:LookInterval", "00:00:03"),
            ("Inference:LookInterval", "00:00:01"),
            ("Logging:LogLevel:MassTransit.Messages", "Debug"), // a line for each message that a service sends or receives
        ];
        var workers = Service.Workers.Select(service => system.Start(service, settings)).ToList();
        var inference = system.Start(Service.Inference, settings);
        foreach (var worker in workers)
        {
            await worker.UntilHealthyAsync(Token); // from here on messages would reach it
        }

        using var client = await system.ClientAsync(inference, Token);
        await system.Runs.CreateAsync(SmallRun.Spec(Run, Calm.Raw), SmallRun.FromPictures(Calm.Raw), Token);
        await system.Bus.WakeAsync(Run, SmallRun.Preparation, StageKind.FaceDetection, Token);

        var run = await AssertEndsAsCalmAsync(system);
        await client.UntilServesAsync(Run, Token);

        Assert.All(run.Stages.Values, record => Assert.Equal((1, 1), (record.Fence, record.Attempt)));
        // All that is said of a calm run was said: the test listens on the broker's side of the relay.
        await AssertToldOfAsync(system, Run, [.. run.Plan.Stages.Select(stage => stage.Name)]);
        await UntilLostAsync(relay, ResourceNames.StageQueue(StageKind.FaceDetection));
        await UntilLostAsync(relay, $"{typeof(ModelPromoted).Namespace}:{nameof(ModelPromoted)}");
        // A worker may find the next stage before it is to be woken for it, so there may be fewer wake-ups than stages; none is sent twice.
        var commands = relay.Lost.Where(exchange => exchange.StartsWith("ssfer-", StringComparison.Ordinal)).ToList();
        Assert.Equal(commands.Distinct(), commands);
        // And nothing arrived, which is no blindness of the test: mended, the way is open.
        Assert.All(workers.Append(inference), service => Assert.DoesNotContain(service.Log, IsReceipt));
        relay.Mend();
        await system.Bus.WakeAsync("no-such-run", TrainingPlan.Evaluation, StageKind.Evaluation, Token);
        await Patience.UntilAsync("a message that arrives", _ => Task.FromResult(workers[^1].Log.FirstOrDefault(IsReceipt)), Token);

        static bool IsReceipt(string line) => line.Contains("RECEIVE rabbitmq://", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WakeUpsDoubledAndInReverse_EveryStageIsDoneOnce()
    {
        const int Copies = 5;
        var system = await SystemWithFacesAsync();
        system.Start(Service.Of(StageKind.Pretraining), Slowly(1));
        system.Start(Service.Of(StageKind.FineTuning));
        await CreateRunAsync(system, trainings: 2);
        var plan = SmallRun.FromFaces(2);
        await WakeInReverseAsync();
        await UntilInMidStageAsync(system);
        await WakeInReverseAsync();
        await system.UntilClosedAsync(Run, Token);
        await WakeInReverseAsync();
        await system.Bus.WakeAsync("no-such-run", TrainingPlan.FineTuning, StageKind.FineTuning, Token);

        // What the workers make of all that is seen in a run that comes after it.
        await CreateRunAsync(system, trainings: 2, "after");
        await AssertEndsAsCalmAsync(system, "after");
        var run = await AssertEndsAsCalmAsync(system);
        Assert.All(run.Stages.Values, record => Assert.Equal((1, 1), (record.Fence, record.Attempt)));
        await AssertToldOfAsync(system, Run, [.. plan.Stages.Select(stage => stage.Name)]);

        async Task WakeInReverseAsync()
        {
            foreach (var stage in plan.Stages.Reverse())
            {
                for (var copy = 0; copy < Copies; copy++)
                {
                    await system.Bus.WakeAsync(Run, stage.Name, stage.Kind, Token);
                }
            }
        }
    }

    private static Task<string> UntilLostAsync(LossyRelay relay, string exchange) =>
        Patience.UntilAsync(
            $"a message to {exchange} to be lost",
            _ => Task.FromResult(relay.Lost.FirstOrDefault(lost => lost == exchange)),
            Token
        );
}
