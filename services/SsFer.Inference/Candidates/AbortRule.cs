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

    /// <summary>The share of production's answers that are slower than its 95th percentile.</summary>
    private const double TailShare = 0.05;

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
        var (median, usual) = (Quantile(candidate, 0.5), Quantile(production, 0.5));
        if (median > MaxSlowdown * usual)
        {
            return FormattableString.Invariant($"a face takes {median:0.##} ms, the median, against {usual:0.##} ms in production");
        }

        var tail = Quantile(production, 1 - TailShare);
        var slow = candidate.Count(each => each > MaxSlowdown * tail);
        return LowerBound(slow, candidate.Count) > TailShare
            ? FormattableString.Invariant(
                $"in {slow} of {candidate.Count} answers a face takes more than {MaxSlowdown:0.##} x {tail:0.##} ms, "
            ) + "production's 95th percentile"
            : null;
    }

    /// <summary>The nearest rank.</summary>
    private static double Quantile(IReadOnlyList<double> values, double share) =>
        values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(share * values.Count) - 1));
}
