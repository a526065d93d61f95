using SsFer.Inference.Candidates;

namespace SsFer.Inference.Tests.Candidates;

public sealed class AbortRuleTests
{
    private static readonly AbortRule Rule = new(MinAnswers: 50, FailureTolerance: 0.01, MaxSlowdown: 1.5);

    // At three deviations the lower ends of 2 and 3 of 50 are 0.0063 and 0.0126, of 19 and 20 of 1000 0.0097 and 0.0104.
    [Theory]
    [InlineData(49, 49, 0, 1000, false)] // too few to tell
    [InlineData(50, 0, 0, 1000, false)]
    [InlineData(50, 2, 0, 1000, false)]
    [InlineData(50, 3, 0, 1000, true)]
    [InlineData(50, 3, 3, 1000, false)] // 0.0126 is not above 0.003 + 0.01
    [InlineData(50, 3, 2, 1000, true)] // but above 0.002 + 0.01
    [InlineData(50, 50, 0, 0, true)] // production need not have been asked
    [InlineData(50, 50, 1000, 1000, false)] // production fails as well
    [InlineData(1000, 19, 0, 1000, false)]
    [InlineData(1000, 20, 0, 1000, true)]
    [InlineData(1000, 30, 30, 1000, false)]
    public void Failures_BeyondProductionsAndTolerance_AreAReason(int requests, int failures, int usual, int of, bool isReason)
    {
        var reason = Rule.ReasonAgainst(new RoleRecord(requests, failures, []), new RoleRecord(of, usual, []));

        Assert.Equal(isReason ? $"{failures} of its {requests} requests failed, of production's {usual} of {of}" : null, reason);
    }

    [Theory]
    [InlineData(50, 6.0, 50, 4.0, false)] // just as slow as it may be
    [InlineData(50, 6.1, 50, 4.0, true)]
    [InlineData(49, 60, 50, 4.0, false)]
    [InlineData(50, 60, 49, 4.0, false)]
    [InlineData(50, 1.0, 50, 4.0, false)] // faster
    public void Median_SlowerThanProductions_IsAReason(int candidates, double median, int productions, double usual, bool isReason)
    {
        var reason = Rule.ReasonAgainst(Answers(candidates, median), Answers(productions, usual));

        Assert.Equal(
            isReason ? FormattableString.Invariant($"a face takes {median} ms, the median, against {usual} ms in production") : null,
            reason
        );
    }

    // Of 100 answers 5 are as slow as production's slowest twentieth by nature; at three deviations 14 (0.0657 at the lower end) are no
    // accident, 11 (0.0467) may be.
    [Theory]
    [InlineData(11, false)]
    [InlineData(14, true)]
    public void Tail_SlowerThanProductions_IsAReason(int slow, bool isReason)
    {
        var candidate = new RoleRecord(100, 0, [.. Enumerable.Repeat(4.0, 100 - slow), .. Enumerable.Repeat(30.0, slow)]);

        Assert.Equal(
            isReason ? $"in {slow} of 100 answers a face takes more than 1.5 x 4 ms, production's 95th percentile" : null,
            Rule.ReasonAgainst(candidate, Answers(100, 4))
        );
    }

    [Theory]
    [InlineData(0, 50, 0)]
    [InlineData(2, 50, 0.006336)]
    [InlineData(3, 50, 0.0126272)]
    [InlineData(50, 50, 0.8474576)]
    [InlineData(14, 100, 0.0656822)]
    public void LowerBound_OfAShare_IsWilsons(int hits, int of, double expected) =>
        Assert.Equal(expected, AbortRule.LowerBound(hits, of), tolerance: 1e-6);

    private static RoleRecord Answers(int count, double milliseconds) => new(count, 0, [.. Enumerable.Repeat(milliseconds, count)]);
}
