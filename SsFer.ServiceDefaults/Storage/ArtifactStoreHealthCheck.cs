using Microsoft.Extensions.Diagnostics.HealthChecks;
using SsFer.Artifacts.Storage;

namespace SsFer.ServiceDefaults.Storage;

/// <summary>Whether the store answers; asked for something small that need not be there.</summary>
internal sealed class ArtifactStoreHealthCheck(IArtifactStore store) : IHealthCheck
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private const string Probe = $"{Contracts.Containers.Models}/aliases/production.json";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.ExistsAsync(Probe, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception fault) when (fault is ArtifactException or OperationCanceledException)
        {
            // Without the exception: what is away is no defect of ours, and would stand in the log with its stack trace at every probe.
            var why = fault is ArtifactException ? fault.Message : "it takes too long";
            return new HealthCheckResult(context.Registration.FailureStatus, $"the store does not answer: {why}");
        }
    }
}
