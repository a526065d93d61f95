using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SsFer.ServiceDefaults.Access;

/// <summary>
/// Reads the keys at start and every few seconds, where they are demanded. Keys are made and revoked at a terminal, which has no
/// connection to the broker: looking is all there is, and it bounds how long a revoked key is taken.
/// </summary>
internal sealed class ApiKeyWatch(ApiKeyring keyring, IOptions<AccessOptions> options, IHostEnvironment environment, TimeProvider time)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.AreKeysRequired(environment))
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.LookInterval, time);
        do
        {
            await keyring.RefreshAsync(stoppingToken);
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
