using Microsoft.Extensions.Options;
using SsFer.Contracts.Events;
using SsFer.Inference.Candidates;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Inference.Models;

/// <summary>
/// Looks at the alias at start, when it is told of a promotion or a candidate, when a candidate has failed, and every few seconds: a
/// message that is lost delays the change, no more.
/// </summary>
internal sealed class ProductionWatch(
    ProductionModel production,
    CandidateModel candidate,
    IOptions<InferenceOptions> options,
    TimeProvider time
) : BackgroundService
{
    private const string Queue = "ssfer-promotion";

    private readonly WakeSignal _wakeSignal = new(time);

    /// <summary>
    /// Another model is in production or tried beside it: the alias is the truth, not the message, so those that come late or twice
    /// change nothing.
    /// </summary>
    public static void Subscribe(Subscriptions heard)
    {
        WakeOn<ModelPromoted>(heard);
        WakeOn<ModelRolledBack>(heard);
        WakeOn<CandidateStarted>(heard);
        WakeOn<CandidateEnded>(heard);
    }

    /// <summary>Any number of calls while it is looking are one.</summary>
    public void Wake() => _wakeSignal.Wake();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        candidate.TrialFailed += Wake;
        while (true)
        {
            await production.RefreshAsync(stoppingToken);
            await _wakeSignal.WaitAsync(options.Value.LookInterval, stoppingToken);
        }
    }

    private static void WakeOn<T>(Subscriptions heard)
        where T : class => heard.Each<T>(Queue, (services, _) => services.GetRequiredService<ProductionWatch>().Wake());
}
