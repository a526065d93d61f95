using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Http;

/// <summary>
/// Parts of a listing, the newest first. The store lists by id, so each entry is asked once when it was made, which never changes;
/// of all else only what is shown is read.
/// </summary>
/// <param name="createdAsync">When the thing of this id was made; null where it is not there. What is too damaged to say it comes
/// first: it wants attention.</param>
internal sealed class NewestFirst(Func<string, CancellationToken, Task<DateTimeOffset?>> createdAsync)
{
    private static readonly DateTimeOffset Undated = DateTimeOffset.MaxValue;

    private volatile IReadOnlyDictionary<string, DateTimeOffset> _known = new Dictionary<string, DateTimeOffset>();

    /// <param name="ids">All there are, in any order.</param>
    /// <param name="asked">Which of them.</param>
    /// <param name="showAsync">Reads an entry; null where it is gone.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestRefusedException">The part is to follow an entry that is not there.</exception>
    public async Task<Page<T>> PageAsync<T>(
        IAsyncEnumerable<string> ids,
        PageRequest asked,
        Func<string, CancellationToken, Task<T?>> showAsync,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var before = _known;
        var created = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var id in ids.WithCancellation(cancellationToken))
        {
            if (before.TryGetValue(id, out var known))
            {
                created[id] = known;
            }
            else if (await ReadCreatedAsync(id, cancellationToken) is { } read)
            {
                created[id] = read;
            }
        }

        _known = created.Where(entry => entry.Value != Undated).ToDictionary(StringComparer.Ordinal); // it may be mended
        var order = created
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => entry.Key)
            .ToList();
        var start = asked.Before is null ? 0 : order.IndexOf(asked.Before) + 1;
        if (start == 0 && asked.Before is not null)
        {
            throw RequestRefusedException.Unprocessable(
                $"before '{asked.Before}': there is nothing of this id to go on after, begin without it"
            );
        }

        var part = order.Skip(start).Take(asked.Limit).ToList();
        var shown = new List<T>(part.Count);
        foreach (var id in part)
        {
            if (await showAsync(id, cancellationToken) is { } entry)
            {
                shown.Add(entry);
            }
        }

        return new Page<T>(shown, start + part.Count < order.Count ? part[^1] : null);
    }

    private async Task<DateTimeOffset?> ReadCreatedAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await createdAsync(id, cancellationToken);
        }
        catch (CorruptArtifactException)
        {
            return Undated;
        }
    }
}
