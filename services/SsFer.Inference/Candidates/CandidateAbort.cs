using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Inference.Models;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Inference.Candidates;

/// <summary>Ends a candidacy that has failed, for all instances.</summary>
/// <param name="registry">Holds it.</param>
/// <param name="time">Measures how long telling may take.</param>
/// <param name="logger">Is told once.</param>
/// <param name="bus">Tells others; null where the service is alone.</param>
internal sealed class CandidateAbort(CandidateRegistry registry, TimeProvider time, ILogger<CandidateAbort> logger, IMessageBus? bus = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly AliasActor Service = AliasActor.OfService(ResourceNames.Inference);

    /// <exception cref="ArtifactException">The store does not answer.</exception>
    public async Task WriteAsync(Candidacy candidacy, string reason, CancellationToken cancellationToken)
    {
        if (await registry.TryAbortAsync(candidacy.Id, Service, reason, cancellationToken) is null)
        {
            return; // another instance was faster, or somebody withdrew it
        }

        logger.Aborts(candidacy.Model, reason);
        var told = new CandidateEnded
        {
            Model = candidacy.Model,
            Candidacy = candidacy.Id,
            Outcome = "aborted",
            Reason = reason,
        };
        if (
            bus is not null
            && await bus.TryAsync((to, token) => to.PublishAsync(told, token), Patience, time, cancellationToken) is { } why
        )
        {
            logger.CouldNotTellOfAbort(candidacy.Model, why);
        }
    }
}
