using Microsoft.Extensions.Diagnostics.HealthChecks;
using SsFer.Artifacts.Models;
using SsFer.Inference.Candidates;

namespace SsFer.Inference.Models;

/// <summary>
/// Unhealthy until the first look at production has ended: others answer meanwhile. Degraded, not unhealthy, while nothing is
/// promoted, or what is promoted or tried beside it does not load: the instance is fine, answers with the model it has, and will serve
/// the first one that loads.
/// </summary>
internal sealed class ProductionCheck(ProductionModel production, CandidateModel candidate) : IHealthCheck
{
    public const string Name = "model";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!production.HasLooked)
        {
            return Task.FromResult(
                HealthCheckResult.Unhealthy(
                    production.Complaint is { } complaint
                        ? $"the model in production could not be looked up: {complaint}"
                        : "the model in production is being loaded"
                )
            );
        }

        using var lease = production.TryLease();
        var serving = lease is null ? "serving no model" : $"serving {lease.Pipeline.Model.Description.Id}";
        return Task.FromResult(
            (lease, production.Refusal ?? candidate.Refusal) switch
            {
                (_, { } refusal) => HealthCheckResult.Degraded($"{serving}; {refusal.Model} was refused: {refusal.Reason}"),
                (null, _) => HealthCheckResult.Degraded("no model is in production"),
                _ => HealthCheckResult.Healthy($"{serving}{Trial()}"),
            }
        );
    }

    private string Trial() =>
        candidate.Trial switch
        {
            null => "",
            { Candidacy: { Kind: TrialKind.Canary } canary } => $"; {canary.Model} is tried {canary.Way}",
            { Candidacy: var shadow, Agreement: var (agreed, compared) } =>
                $"; {shadow.Model} is tried {shadow.Way}, {agreed} of {compared} faces named alike",
        };
}
