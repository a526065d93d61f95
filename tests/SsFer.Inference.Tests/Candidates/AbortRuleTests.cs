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

    // At three deviations the lower end of 35 of 50 is 0.488, of 36 of 50 0.508.
    [Theory]
    [InlineData(50, 50, 6.0, 50, false)] // just as slow as it may be
    [InlineData(50, 50, 6.1, 50, true)]
    [InlineData(35, 50, 9.0, 50, false)]
    [InlineData(36, 50, 9.0, 50, true)]
    [InlineData(49, 49, 60.0, 50, false)]
    [InlineData(50, 50, 60.0, 49, false)]
    [InlineData(50, 50, 1.0, 50, false)] // faster
    public void Median_SlowerThanProductions_IsAReason(int slow, int answers, double milliseconds, int productions, bool isReason)
    {
        var usual = (double[])[.. Enumerable.Repeat(4.0, productions - 10), .. Enumerable.Repeat(100.0, 10)]; // no matter for the tail
        var candidate = (double[])[.. Enumerable.Repeat(4.0, answers - slow), .. Enumerable.Repeat(milliseconds, slow)];

        Assert.Equal(
            isReason ? $"in {slow} of {answers} answers a face takes more than 1.5 x 4 ms, production's median" : null,
            Rule.ReasonAgainst(new RoleRecord(answers, 0, candidate), new RoleRecord(productions, 0, usual))
        );
    }

    // At three deviations the lower end of 18 of 100 is 0.093, of 20 of 100 0.107.
    [Theory]
    [InlineData(18, false)]
    [InlineData(20, true)]
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
    [InlineData(36, 50, 0.5078944)]
    [InlineData(50, 50, 0.8474576)]
    [InlineData(20, 100, 0.1071926)]
    public void LowerBound_OfAShare_IsWilsons(int hits, int of, double expected) =>
        Assert.Equal(expected, AbortRule.LowerBound(hits, of), tolerance: 1e-6);

    private static RoleRecord Answers(int count, double milliseconds) => new(count, 0, [.. Enumerable.Repeat(milliseconds, count)]);
}
