using System.Diagnostics;

namespace SsFer.Benchmarks.Serving;

/// <summary>How the requests of one load went.</summary>
/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="Milliseconds">Of each request, ascending.</param>
/// <param name="Refused">Answers 503: asked to come back.</param>
/// <param name="Failed">Any other answer than 200 and 503, and none at all.</param>
internal sealed record LoadResult(double Seconds, double[] Milliseconds, int Refused, int Failed)
{
    public double PerSecond => Milliseconds.Length / Seconds;

    /// <param name="share">0.5 for the median.</param>
    public double Percentile(double share) =>
        Milliseconds.Length == 0 ? double.NaN : Milliseconds[Math.Min(Milliseconds.Length - 1, (int)(share * Milliseconds.Length))];
}

/// <summary>Requests, as many clients make them.</summary>
/// <param name="ask">Makes one; says whether it was answered (true), asked to come back (null) or failed (false).</param>
internal sealed class Load(Func<CancellationToken, Task<bool?>> ask)
{
    private readonly Lock _lock = new();
    private readonly List<double> _milliseconds = [];
    private int _refused;
    private int _failed;

    /// <summary>Each client asks again as soon as it is answered.</summary>
    public static async Task<LoadResult> ClosedAsync(
        Func<CancellationToken, Task<bool?>> ask,
        int clients,
        TimeSpan duration,
        CancellationToken cancellationToken
    )
    {
        var load = new Load(ask);
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(async _ =>
                {
                    while (Stopwatch.GetElapsedTime(began) < duration)
                    {
                        await load.AskAsync(Stopwatch.GetTimestamp(), cancellationToken);
                    }
                })
        );
        return load.Result(began);
    }

    /// <summary>
    /// Requests come at a rate whether or not others are answered, as those of many strangers do; each counts from when it was due, so a
    /// service that stands still is not asked less.
    /// </summary>
    public static async Task<LoadResult> AtRateAsync(
        Func<CancellationToken, Task<bool?>> ask,
        double perSecond,
        TimeSpan duration,
        CancellationToken cancellationToken
    )
    {
        var load = new Load(ask);
        var began = Stopwatch.GetTimestamp();
        var asked = new List<Task>();
        for (var number = 0; number < perSecond * duration.TotalSeconds; number++)
        {
            var due = TimeSpan.FromSeconds(number / perSecond);
            if (due - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } early)
            {
                await Task.Delay(early, cancellationToken);
            }

            asked.Add(load.AskAsync(began + (long)(due.TotalSeconds * Stopwatch.Frequency), cancellationToken));
        }

        await Task.WhenAll(asked);
        return load.Result(began);
    }

    private async Task AskAsync(long due, CancellationToken cancellationToken)
    {
        var answer = await ask(cancellationToken);
        var took = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
        lock (_lock)
        {
            _ = answer switch
            {
                true => Add(took),
                null => ++_refused,
                false => ++_failed,
            };
        }

        int Add(double milliseconds)
        {
            _milliseconds.Add(milliseconds);
            return _milliseconds.Count;
        }
    }

    private LoadResult Result(long began) =>
        new(Stopwatch.GetElapsedTime(began).TotalSeconds, [.. _milliseconds.Order()], _refused, _failed);
}
