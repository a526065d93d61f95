using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SsFer.Inference.Models;

/// <summary>Degraded, not unhealthy, while nothing is promoted: the instance is fine and will serve the first model that is.</summary>
internal sealed class ProductionCheck(ProductionModel production) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var lease = production.TryLease();
        return Task.FromResult(lease is null
            ? HealthCheckResult.Degraded("no model is in production")
            : HealthCheckResult.Healthy($"serving {lease.Pipeline.Model.Description.Id}"));
    }
}
