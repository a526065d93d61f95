namespace SsFer.Inference.Http;

/// <summary>Who asked lately: the last two who are not the same. Not thread-safe.</summary>
internal sealed class RecentCallers(TimeProvider time)
{
    /// <summary>How long a caller counts as being there.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(5);

    private (string Name, long At)? _latest;
    private (string Name, long At)? _other;

    public void Note(string caller)
    {
        if (_latest is { } latest && latest.Name != caller)
        {
            _other = latest;
        }

        _latest = (caller, time.GetTimestamp());
    }

    /// <summary>Whether nobody else asked lately.</summary>
    public bool IsAlone(string caller) =>
        (_latest is { } latest && latest.Name != caller ? _latest : _other) is not { } other || time.GetElapsedTime(other.At) > Lately;
}
