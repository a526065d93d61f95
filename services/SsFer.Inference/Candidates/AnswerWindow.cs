namespace SsFer.Inference.Candidates;

/// <summary>How a model did with one request.</summary>
/// <param name="IsFailed">It could not answer.</param>
/// <param name="Milliseconds">A face, to cut it out and to classify it; null where it failed, or there was none.</param>
internal readonly record struct Attempt(bool IsFailed, double? Milliseconds);

/// <summary>A model's latest attempts: those of the last time, and no more than the newest thousand. Not thread-safe.</summary>
internal sealed class AnswerWindow(TimeSpan length, TimeProvider time)
{
    public const int MostKept = 1000;

    private readonly Queue<(long At, Attempt Attempt)> _attempts = new();

    public void Add(Attempt attempt)
    {
        if (_attempts.Count == MostKept)
        {
            _attempts.Dequeue();
        }

        _attempts.Enqueue((time.GetTimestamp(), attempt));
    }

    public RoleRecord Read()
    {
        while (_attempts.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > length)
        {
            _attempts.Dequeue();
        }

        return new RoleRecord(
            _attempts.Count,
            _attempts.Count(each => each.Attempt.IsFailed),
            [.. _attempts.Select(each => each.Attempt.Milliseconds).OfType<double>()]
        );
    }
}
