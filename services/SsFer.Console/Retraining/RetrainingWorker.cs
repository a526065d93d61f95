using Microsoft.Extensions.Options;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Recipes;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Console.Retraining;

/// <summary>
/// Looks at the waiting labels when it is told of new ones, and every minute: a lost message is a delay of a minute, nothing more.
/// </summary>
internal sealed class RetrainingWorker(
    Retrainer retrainer,
    RetrainingSettingsStore settings,
    RetrainingObstacles obstacles,
    IOptions<RetrainingOptions> options,
    TimeProvider time,
    ILogger<RetrainingWorker> logger
) : BackgroundService
{
    private readonly WakeSignal _wakeSignal = new(time);
    private readonly SemaphoreSlim _looks = new(1);

    /// <summary>New labels wake the worker of one replica: one of them is enough.</summary>
    public static void Subscribe(Subscriptions heard) =>
        heard.Share<LabelsAdded>($"ssfer-{ResourceNames.Console}", (services, _) => services.GetRequiredService<RetrainingWorker>().Wake());

    /// <summary>Any number of calls while it is looking are one.</summary>
    public void Wake() => _wakeSignal.Wake();

    /// <summary>Looks at every dataset once, one look at a time; what is wrong with one dataset does not keep the others waiting.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _looks.WaitAsync(cancellationToken);
        try
        {
            await LookAtEachAsync(cancellationToken);
        }
        finally
        {
            _looks.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose(); // stops the look that is under way
        _looks.Dispose();
    }

    private async Task LookAtEachAsync(CancellationToken cancellationToken)
    {
        foreach (var dataset in await settings.DatasetsAsync(cancellationToken))
        {
            try
            {
                await retrainer.ConsiderAsync(dataset, cancellationToken);
                obstacles.Clear(dataset);
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                if (obstacles.Set(dataset, string.Join(' ', fault.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))))
                {
                    logger.LogWarning(
                        fault is UserFacingException or IOException ? null : fault,
                        "labels of {Dataset} wait: {Why}",
                        dataset,
                        fault.Message
                    );
                }
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Told to stop, it leaves what was begun to the next start, which goes on from its decision.
        while (true)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(
                    fault is UserFacingException or IOException ? null : fault,
                    "waiting labels could not be looked at: {Why}",
                    fault.Message
                );
            }

            await _wakeSignal.WaitAsync(options.Value.LookInterval, stoppingToken);
        }
    }
}
