using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace SsFer.AppHost;

/// <summary>
/// Stops the services while broker, blob service and dashboard are still there: a trainer writes its checkpoint and hands its stage
/// back, everybody says goodbye to the broker and sends what is left of its telemetry. Aspire's orchestrator, which comes after, ends
/// all at once and cuts off after six seconds what has not ended.
/// </summary>
internal sealed class OrderlyStop(ResourceNotificationService resources) : BackgroundService
{
    /// <summary>A service is gone within 25 s; the orchestrator gets the rest of the host's 30 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(24);

    private readonly ConcurrentDictionary<string, int> _services = new(StringComparer.Ordinal);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (OperatingSystem.IsWindows() || _services.IsEmpty)
        {
            return; // there is no signal that asks; the orchestrator has its own way
        }

        using var kill = Process.Start(
            new ProcessStartInfo("kill", ["-TERM", .. _services.Values.Select(id => id.ToString(CultureInfo.InvariantCulture))])
            {
                RedirectStandardError = true, // one that ended by itself just now
            }
        )!;
        await kill.WaitForExitAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await Task.WhenAll(_services.Values.Select(id => EndOfAsync(id, patience.Token)));
        }
        catch (OperationCanceledException)
        {
            // The orchestrator ends it.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var change in resources.WatchAsync(stoppingToken))
            {
                var snapshot = change.Snapshot;
                if (change.Resource is not ProjectResource)
                {
                    continue;
                }

                if (
                    snapshot.State?.Text == KnownResourceStates.Running
                    && snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } id
                )
                {
                    _services[change.ResourceId] = Convert.ToInt32(id, CultureInfo.InvariantCulture);
                }
                else
                {
                    _services.TryRemove(change.ResourceId, out _);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What runs now is what has to stop.
        }
    }

    private static async Task EndOfAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (ArgumentException)
        {
            // It has ended.
        }
    }
}
