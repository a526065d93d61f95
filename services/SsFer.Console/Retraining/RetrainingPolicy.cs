using Microsoft.Extensions.Options;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Control.Labels;

namespace SsFer.Control.Retraining;

/// <summary>Labels that no version has yet.</summary>
/// <param name="All">Keys of all batches, the used ones included.</param>
/// <param name="Count">Labels in the batches that wait.</param>
/// <param name="Oldest">When the first of those was added; null where none waits.</param>
internal sealed record WaitingLabels(IReadOnlyList<string> All, int Count, DateTimeOffset? Oldest);

/// <summary>Whether labels are enough to train again.</summary>
internal sealed class RetrainingPolicy(IArtifactStore store, LabelStore labels, IOptions<RetrainingOptions> options, TimeProvider time)
{
    public bool IsMet(WaitingLabels waiting) =>
        waiting.Oldest is { } oldest && (waiting.Count >= options.Value.MinimumNewLabels || time.GetUtcNow() - oldest >= options.Value.MaximumAge);

    /// <param name="basis">The version that is current; its provenance tells which labels it has.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<WaitingLabels> LookAsync(DatasetManifest basis, CancellationToken cancellationToken)
    {
        var all = await labels.KeysAsync(basis.Name, cancellationToken);
        var used = basis.Provenance.TryGetValue(RetrainingDecision.ProvenanceKey, out var earlier)
            && await store.TryReadJsonAsync<RetrainingDecision>(RetrainingDecision.PathOf(basis.Name, earlier), cancellationToken) is { } decision
                ? decision.Value.Batches.ToHashSet(StringComparer.Ordinal)
                : [];
        var (count, oldest) = (0, (DateTimeOffset?)null);
        foreach (var key in all.Where(key => !used.Contains(key)))
        {
            var batch = await labels.ReadAsync(basis.Name, key, cancellationToken);
            count += batch.Labels.Count;
            oldest = oldest is null || batch.Added < oldest ? batch.Added : oldest;
        }

        return new WaitingLabels(all, count, oldest);
    }
}
