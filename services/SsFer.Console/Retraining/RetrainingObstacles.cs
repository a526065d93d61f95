using System.Collections.Concurrent;

namespace SsFer.Console.Retraining;

/// <summary>What keeps labels from being trained on.</summary>
/// <param name="Since">When a look of this replica first found it.</param>
/// <param name="Why">In one line, with the cure.</param>
public sealed record RetrainingObstacle(DateTimeOffset Since, string Why);

/// <summary>What the last look found in the way of each dataset. Every replica looks by itself, so each knows.</summary>
internal sealed class RetrainingObstacles(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, RetrainingObstacle> _obstacles = new(StringComparer.Ordinal);

    /// <summary>Null where nothing is in the way.</summary>
    public RetrainingObstacle? Of(string dataset) => _obstacles.GetValueOrDefault(dataset);

    /// <returns>Whether it is another reason than that of the look before, and worth a line in the log.</returns>
    public bool Set(string dataset, string why)
    {
        var isNew = Of(dataset)?.Why != why;
        if (isNew)
        {
            _obstacles[dataset] = new RetrainingObstacle(time.GetUtcNow(), why);
        }

        return isNew;
    }

    public void Clear(string dataset) => _obstacles.TryRemove(dataset, out _);
}
