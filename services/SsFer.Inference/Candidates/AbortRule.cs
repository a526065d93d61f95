namespace SsFer.Inference.Candidates;

/// <summary>How a model did lately.</summary>
/// <param name="Requests">That it was asked.</param>
/// <param name="Failures">Those that it could not answer.</param>
/// <param name="Milliseconds">A face, of each answer that has any: to cut the face out and to classify it.</param>
internal sealed record RoleRecord(int Requests, int Failures, IReadOnlyList<double> Milliseconds);

/// <summary>
/// When a candidate is no longer to be tried: it fails more than production, or is slower, and chance does not explain it. Shares are
/// held against the lower end of their Wilson interval (Wilson, "Probable inference, the law of succession, and statistical
/// inference", 1927), three deviations wide since the question is asked again after every answer.
/// </summary>
/// <param name="MinAnswers">Least requests, and for speed least answers, of either.</param>
/// <param name="FailureTolerance">Share of its requests by which the candidate may fail more often.</param>
/// <param name="MaxSlowdown">How many times as long a face may take.</param>
internal sealed record AbortRule(int MinAnswers, double FailureTolerance, double MaxSlowdown)
{
    private const double Deviations = 3;

    /// <summary>
    /// Production's times that count, and the share of the candidate's that may lie beyond them, slowed down: half beyond the median; for
    /// the 95th percentile twice the natural twentieth, for the slowest answers of a busy machine come in swarms.
    /// </summary>
    private static readonly (double Quantile, double MostBeyond, string Name)[] Marks =
    [
        (0.5, 0.5, "median"),
        (0.95, 0.1, "95th percentile"),
    ];

    /// <summary>What the candidate is aborted for, in a line; null where it goes on.</summary>
    public string? ReasonAgainst(RoleRecord candidate, RoleRecord production) =>
        candidate.Requests < MinAnswers ? null
        : FailsMore(candidate, production)
            ? $"{candidate.Failures} of its {candidate.Requests} requests failed, of production's {production.Failures} of "
                + $"{production.Requests}"
        : candidate.Milliseconds.Count < MinAnswers || production.Milliseconds.Count < MinAnswers ? null
        : SlownessOf(candidate.Milliseconds, production.Milliseconds);

    /// <summary>The lower end of the Wilson interval of a share.</summary>
    internal static double LowerBound(int hits, int of)
    {
        var (share, squared) = ((double)hits / of, Deviations * Deviations);
        var spread = Deviations * Math.Sqrt(((share * (1 - share)) + (squared / (4 * of))) / of);
        return (share + (squared / (2 * of)) - spread) / (1 + (squared / of));
    }

    private bool FailsMore(RoleRecord candidate, RoleRecord production)
    {
        var usual = production.Requests == 0 ? 0 : (double)production.Failures / production.Requests;
        return LowerBound(candidate.Failures, candidate.Requests) > usual + FailureTolerance;
    }

    private string? SlownessOf(IReadOnlyList<double> candidate, IReadOnlyList<double> production)
    {
        foreach (var (quantile, most, name) in Marks)
        {
            var usual = Quantile(production, quantile);
            var slow = candidate.Count(each => each > MaxSlowdown * usual);
            if (LowerBound(slow, candidate.Count) > most)
            {
                return FormattableString.Invariant($"in {slow} of {candidate.Count} answers a face takes more than {MaxSlowdown:0.##} x ")
                    + FormattableString.Invariant($"{usual:0.##} ms, production's {name}");
            }
        }

        return null;
    }

    /// <summary>The nearest rank.</summary>
    private static double Quantile(IReadOnlyList<double> values, double share) =>
        values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(share * values.Count) - 1));
}
