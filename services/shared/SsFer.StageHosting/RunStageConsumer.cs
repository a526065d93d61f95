using MassTransit;
using SsFer.Artifacts.Runs;
using SsFer.Contracts.Commands;
using SsFer.ServiceDefaults;

namespace SsFer.StageHosting;

/// <summary>Wakes the worker and is done: the message is acknowledged within milliseconds, however long the stage takes.</summary>
/// <typeparam name="TStage">Gives each kind of stage in a process a queue of its own.</typeparam>
internal sealed class RunStageConsumer<TStage>(WakeUps wakeUps) : IConsumer<RunStage>
    where TStage : class, IStage
{
    public Task Consume(ConsumeContext<RunStage> context)
    {
        wakeUps.Wake();
        return Task.CompletedTask;
    }
}
