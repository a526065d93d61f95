using Microsoft.Extensions.Options;
using SsFer.Artifacts.Kept;
using SsFer.Artifacts.Storage;

namespace SsFer.Inference.Keeping;

/// <summary>
/// Erases kept pictures when their days are over, at start and every hour; also where nothing is kept any more, for what was kept before.
/// </summary>
internal sealed partial class KeptPictureSweep(
    KeptPictureStore store,
    IOptions<InferenceOptions> options,
    TimeProvider time,
    ILogger<KeptPictureSweep> logger
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private string? _complaint;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            await SweepAsync(stoppingToken);
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            var erased = await store.EraseBeforeAsync(today.AddDays(1 - options.Value.Keep.RetentionDays), cancellationToken);
            if (erased > 0)
            {
                LogErased(erased, options.Value.Keep.RetentionDays);
            }

            _complaint = null;
        }
        catch (Exception fault) when (fault is ArtifactException or IOException)
        {
            Complain(fault.Message);
        }
    }

    /// <summary>The same fault every hour is worth one line.</summary>
    private void Complain(string reason)
    {
        if (reason != _complaint)
        {
            _complaint = reason;
            LogCouldNotErase(reason);
        }
    }

    [LoggerMessage(LogLevel.Information, "erased {Erased} kept pictures, whose {Days} days are over")]
    private partial void LogErased(int erased, int days);

    [LoggerMessage(LogLevel.Warning, "kept pictures whose days are over could not be erased, the next try is in an hour: {Reason}")]
    private partial void LogCouldNotErase(string reason);
}
