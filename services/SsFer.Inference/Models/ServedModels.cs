using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Models;

/// <summary>The model that a request gets: the one in production, unless it names another.</summary>
internal sealed class ServedModels(ProductionModel production, NamedModels named)
{
    private const int RetryAfter = 1;
    private const string HowToPromote = "with POST /api/models/ID/promote at the Console, or ssfer models promote ID";

    /// <exception cref="RequestRefusedException">There is none.</exception>
    public ModelLease LeaseProduction() => production.TryLease() ?? throw RequestRefusedException.Busy(ReasonForNoModel(), RetryAfter);

    /// <summary>Refuses what will be refused anyway: nobody uploads megabytes to be told so.</summary>
    /// <param name="id">Null for the model in production.</param>
    /// <exception cref="RequestRefusedException">There is none, or it may not be asked for.</exception>
    public void RequireAny(string? id)
    {
        if (id is null)
        {
            LeaseProduction().Dispose();
        }
        else if (!IsInProduction(id))
        {
            named.RequireAllowed(id);
        }
    }

    /// <param name="id">Null for the model in production.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <exception cref="RequestRefusedException">There is none, or it may not be asked for.</exception>
    public async Task<ModelLease> LeaseAsync(string? id, CancellationToken cancellationToken) =>
        id is null ? LeaseProduction() : TryLeaseProduction(id) ?? await named.LeaseAsync(id, cancellationToken);

    private bool IsInProduction(string id)
    {
        using var lease = TryLeaseProduction(id);
        return lease is not null;
    }

    /// <summary>Null where another model is in production.</summary>
    private ModelLease? TryLeaseProduction(string id)
    {
        var lease = production.TryLease();
        if (lease is null || lease.Pipeline.Model.Description.Id == id)
        {
            return lease;
        }

        lease.Dispose();
        return null;
    }

    private string ReasonForNoModel() =>
        production switch
        {
            { IsLoading: true } => "the model in production is being loaded: try again in a moment",
            { Refusal: { } refusal } =>
                $"model {refusal.Model} is in production and does not load: promote another one {HowToPromote}, or look at the "
                    + $"log of the service",
            _ => $"no model is in production yet: promote one {HowToPromote}",
        };
}
