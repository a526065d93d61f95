using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Console.Http;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Runs;

/// <summary>The runs of the store.</summary>
internal sealed class RunCatalog(IArtifactStore store, RunStore runs)
{
    private readonly NewestFirst _order = new(
        async (id, cancellationToken) => (await store.TryReadJsonAsync<Spec>(RunPaths.Spec(id), cancellationToken))?.Value.Created
    );

    /// <param name="asked">Which of them.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestRefusedException">There is no run after which the part is to begin.</exception>
    public Task<Page<Listed<RunStatus>>> ListAsync(PageRequest asked, CancellationToken cancellationToken) =>
        _order.PageAsync(runs.ListAsync(cancellationToken), asked, runs.FindListedAsync, cancellationToken);

    /// <summary>What the order needs of a run's settings.</summary>
    private sealed record Spec(DateTimeOffset Created);
}
