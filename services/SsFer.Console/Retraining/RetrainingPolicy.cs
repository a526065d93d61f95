using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Console.Labels;

namespace SsFer.Console.Retraining;

/// <summary>Labels that no version has yet.</summary>
/// <param name="All">Keys of all batches, the used ones included.</param>
/// <param name="Count">Pictures of which the batches that wait say something else than the version.</param>
/// <param name="Oldest">When the first of those labels was added; null where none waits.</param>
internal sealed record WaitingLabels(IReadOnlyList<string> All, int Count, DateTimeOffset? Oldest);

/// <summary>
/// Whether labels are enough to train again. Those that the version has already, sent once more, count for nothing: the same data
/// gives the same model.
/// </summary>
internal sealed class RetrainingPolicy(
    IArtifactStore store,
    LabelStore labels,
    LabelMerge merge,
    IOptions<RetrainingOptions> options,
    TimeProvider time
)
{
    /// <summary>By dataset; neither versions nor batches ever change, so the same ones are not read again every minute.</summary>
    private readonly ConcurrentDictionary<string, (string Version, WaitingLabels Waiting)> _seen = new(StringComparer.Ordinal);

    public bool IsMet(WaitingLabels waiting) =>
        waiting.Oldest is { } oldest
        && (waiting.Count >= options.Value.MinimumNewLabels || time.GetUtcNow() - oldest >= options.Value.MaximumAge);

    /// <param name="basis">The version that is current; its provenance tells which labels it has.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<WaitingLabels> LookAsync(DatasetManifest basis, CancellationToken cancellationToken)
    {
        var all = await labels.KeysAsync(basis.Name, cancellationToken);
        if (_seen.TryGetValue(basis.Name, out var seen) && seen.Version == basis.Version && seen.Waiting.All.SequenceEqual(all))
        {
            return seen.Waiting;
        }

        var used = await MadeByAsync(basis, cancellationToken) is { } decision ? decision.Batches.ToHashSet(StringComparer.Ordinal) : [];
        var waiting = all.Where(key => !used.Contains(key)).ToList();
        var changes =
            waiting.Count == 0 ? [] : (await merge.MergeAsync(basis, waiting, cancellationToken)).Where(label => label.IsNew).ToList();
        var found = new WaitingLabels(all, changes.Count, changes.Count == 0 ? null : changes.Min(label => label.Added));
        _seen[basis.Name] = (basis.Version, found);
        return found;
    }

    /// <summary>The decision that is carried out on the version, or else the one that it came from; null where there was none.</summary>
    public async Task<RetrainingDecision?> LastDecisionAsync(DatasetManifest basis, CancellationToken cancellationToken) =>
        await FindAsync(basis.Name, basis.Version, cancellationToken) ?? await MadeByAsync(basis, cancellationToken);

    private async Task<RetrainingDecision?> MadeByAsync(DatasetManifest version, CancellationToken cancellationToken) =>
        version.Provenance.TryGetValue(RetrainingDecision.ProvenanceKey, out var earlier)
            ? await FindAsync(version.Name, earlier, cancellationToken)
            : null;

    private async Task<RetrainingDecision?> FindAsync(string dataset, string basis, CancellationToken cancellationToken) =>
        (await store.TryReadJsonAsync<RetrainingDecision>(RetrainingDecision.PathOf(dataset, basis), cancellationToken))?.Value;
}
