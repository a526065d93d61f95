using Microsoft.Extensions.Options;
using SsFer.Contracts.Events;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Inference.Models;

/// <summary>
/// Looks at the alias at start, when it is told of a promotion, and every few seconds: a message that is lost delays the change, no
/// more.
/// </summary>
internal sealed class ProductionWatch(ProductionModel production, IOptions<InferenceOptions> options, TimeProvider time) : BackgroundService
{
    private readonly WakeSignal _wakeSignal = new(time);

    /// <summary>
    /// Another model is in production: the alias is the truth, not the message, so those that come late or twice change nothing.
    /// </summary>
    public static void Subscribe(Subscriptions heard)
    {
        heard.Each<ModelPromoted>("ssfer-promotion", (services, _) => services.GetRequiredService<ProductionWatch>().Wake());
        heard.Each<ModelRolledBack>("ssfer-promotion", (services, _) => services.GetRequiredService<ProductionWatch>().Wake());
    }

    /// <summary>Any number of calls while it is looking are one.</summary>
    public void Wake() => _wakeSignal.Wake();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await production.RefreshAsync(stoppingToken);
            await _wakeSignal.WaitAsync(options.Value.LookInterval, stoppingToken);
        }
    }
}
