using Microsoft.Extensions.Options;

namespace SsFer.Inference.Models;

/// <summary>Looks at the alias at start and every few seconds: a message of a promotion that is lost delays it, no more.</summary>
internal sealed class ProductionWatch(ProductionModel production, IOptions<InferenceOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.LookEvery, time);
        do
        {
            await production.RefreshAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
