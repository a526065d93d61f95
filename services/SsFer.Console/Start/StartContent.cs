using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Console.Events;
using SsFer.Console.Http;
using SsFer.Console.Models;
using SsFer.Console.Runs;

namespace SsFer.Console.Start;

/// <summary>What the start page tells.</summary>
internal sealed record StartContent
{
    /// <summary>How the model in production came there; null while there is none.</summary>
    public required AliasEntry? Promotion { get; init; }

    /// <summary>What its card says; null where it cannot be read.</summary>
    public required ModelAnswer? Model { get; init; }

    /// <summary>Runs in which something may still move, then the newest others.</summary>
    public required IReadOnlyList<RunAnswer> Runs { get; init; }

    /// <summary>Names of all datasets.</summary>
    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>Whether there is a model that could be promoted.</summary>
    public required bool HasModels { get; init; }

    /// <summary>Whether this process also answers pictures.</summary>
    public required bool HasEndpoint { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>Reads the start page's content from the store.</summary>
internal sealed class StartReader(
    ModelRegistry registry,
    DatasetCatalog datasets,
    ModelCatalog models,
    RunStore runs,
    RunCatalog catalog,
    ProgressBoard board
)
{
    private const int MostOpen = 20;
    private const int MostOthers = 5;

    /// <exception cref="ArtifactException">The store is away, or the alias is damaged.</exception>
    public async Task<StartContent> ReadAsync(bool hasEndpoint, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var alias = await registry.ReadAsync(cancellationToken);
        var promotion = alias.Latest;
        var newest = await models.ListAsync(alias, new PageRequest(1, null), cancellationToken);
        return new StartContent
        {
            Promotion = promotion,
            Model = promotion is null ? null : await models.TryFindAsync(promotion.Model, alias, cancellationToken),
            Runs = await ReadRunsAsync(cancellationToken),
            Datasets = await datasets.ListAsync(cancellationToken).Select(dataset => dataset.Name).ToListAsync(cancellationToken),
            HasModels = newest.Entries.Count > 0,
            HasEndpoint = hasEndpoint,
            At = now,
        };
    }

    private async Task<IReadOnlyList<RunAnswer>> ReadRunsAsync(CancellationToken cancellationToken)
    {
        var shown = new List<Listed<RunStatus>>();
        await foreach (var id in runs.ListOpenAsync(cancellationToken).Take(MostOpen))
        {
            if (await runs.FindListedAsync(id, cancellationToken) is { } run)
            {
                shown.Add(run);
            }
        }

        var open = shown.Select(run => run.Name).ToHashSet(StringComparer.Ordinal);
        var newest = await catalog.ListAsync(new PageRequest(open.Count + MostOthers, null), cancellationToken);
        shown.AddRange(newest.Entries.Where(run => !open.Contains(run.Name)).Take(MostOthers));
        return [.. shown.Select(run => RunAnswer.OfListed(run, board))];
    }
}
