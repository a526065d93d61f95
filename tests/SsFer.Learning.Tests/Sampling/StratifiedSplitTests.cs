using CsCheck;
using SsFer.Learning.Sampling;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Sampling;

public sealed class StratifiedSplitTests
{
    private static readonly Gen<int[]> Counts = Gen.Int[0, 60].Array[1, 9].Where(c => c.Sum() > 0);

    // FERPlus's training counts (plurality rule).
    private static readonly int[] FerPlus = [10_309, 7_528, 3_562, 3_515, 2_467, 191, 652, 165];

    [Theory]
    [InlineData("10%", new[] { 1031, 753, 356, 352, 247, 19, 65, 16 })] // 0.1 x count, halves to even: 351.5 -> 352, 16.5 -> 16
    [InlineData("25/class", new[] { 25, 25, 25, 25, 25, 25, 25, 25 })]
    [InlineData("400", new[] { 145, 106, 50, 50, 35, 3, 9, 2 })] // 400 n / 28,389 = 145.25 106.07 50.19 49.53 34.76 2.69 9.19 2.32
    [InlineData("8", new[] { 1, 1, 1, 1, 1, 1, 1, 1 })]
    [InlineData("0.001%", new[] { 1, 1, 1, 1, 1, 1, 1, 1 })]
    [InlineData("100%", new[] { 10_309, 7_528, 3_562, 3_515, 2_467, 191, 652, 165 })]
    public void Draw_FerPlus_TakesTheHandComputedNumbers(string budget, int[] expected) =>
        Assert.Equal(expected, Taken(FerPlus, budget, seed: 1));

    [Fact]
    public void Draw_AnyShare_TakesMaxOfOneAndRoundPerClass() =>
        Gen.Select(Counts, Gen.Int[1, 100], Gen.ULong)
            .Sample(
                (counts, percent, seed) =>
                    Assert.Equal(
                        counts.Select(n => n == 0 ? 0 : Math.Max(1, (int)Math.Round(percent / 100.0 * n))),
                        Taken(counts, $"{percent}%", seed)
                    )
            );

    [Fact]
    public void Draw_AnyTotal_TakesExactlyThatManyAndNearTheirShare() =>
        Gen.Select(Counts, Gen.Double[0, 1], Gen.ULong)
            .Sample(
                (counts, share, seed) =>
                {
                    var present = counts.Count(n => n > 0);
                    var total = present + (int)(share * (counts.Sum() - present));
                    var taken = Taken(counts, $"{total}", seed);
                    Assert.Equal(total, taken.Sum());
                    for (var c = 0; c < counts.Length; c++)
                    {
                        Assert.InRange(
                            taken[c],
                            Math.Min(1, counts[c]),
                            Math.Max(1, Math.Ceiling((double)total * counts[c] / counts.Sum()))
                        );
                    }
                }
            );

    [Fact]
    public void Draw_Always_SplitsIntoTwoAscendingParts() =>
        Gen.Select(Counts, Gen.ULong)
            .Sample(
                (counts, seed) =>
                {
                    var labels = Labels(counts);
                    var split = StratifiedSplit.Draw(labels, Names(counts), LabelBudget.Parse("30%"), seed);
                    Assert.Equal(Enumerable.Range(0, labels.Length), split.Labelled.Concat(split.Unlabelled).Order());
                    Assert.Equal(split.Labelled.Order(), split.Labelled);
                    Assert.Equal(split.Unlabelled.Order(), split.Unlabelled);
                }
            );

    [Fact]
    public void Draw_LargerBudgetOfTheSameSeed_ContainsTheSmaller()
    {
        var labels = Labels([50, 30, 20]);
        var small = StratifiedSplit.Draw(labels, ["a", "b", "c"], LabelBudget.Parse("5%"), 3).Labelled;
        var large = StratifiedSplit.Draw(labels, ["a", "b", "c"], LabelBudget.Parse("25%"), 3).Labelled;
        Assert.Subset(large.ToHashSet(), small.ToHashSet());
        Assert.NotEqual(large, StratifiedSplit.Draw(labels, ["a", "b", "c"], LabelBudget.Parse("25%"), 4).Labelled);
    }

    [Theory]
    [InlineData("200", "labels '200': the dataset has only 100 labelled pictures")]
    [InlineData("2", "labels '2': 3 classes need at least one label each; ask for 3 or more")]
    [InlineData("25/class", "labels '25/class': class 'c' has only 20 labelled pictures; ask for at most 20/class")]
    public void Draw_BudgetThatCannotBeMet_SaysWhatCan(string budget, string message)
    {
        var refusal = Assert.Throws<LabelBudgetException>(() =>
            StratifiedSplit.Draw(Labels([50, 30, 20]), ["a", "b", "c"], LabelBudget.Parse(budget), 0)
        );
        Assert.Equal(message, refusal.Message);
    }

    [Theory]
    [InlineData("10%", "10%")]
    [InlineData(" 2.5% ", "2.5%")]
    [InlineData("400", "400")]
    [InlineData("25/class", "25/class")]
    public void Parse_KnownForm_RoundTrips(string text, string expected) => Assert.Equal(expected, LabelBudget.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("0%")]
    [InlineData("101%")]
    [InlineData("ten")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("25 / klass")]
    [InlineData("/class")]
    [InlineData("99999999999")]
    public void Parse_Nonsense_NamesTheThreeForms(string text)
    {
        var refusal = Assert.Throws<LabelBudgetException>(() => LabelBudget.Parse(text));
        Assert.Contains($"'{text}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("10%", refusal.Message, StringComparison.Ordinal);
    }

    // Every class's samples stand together; which of them are drawn is the split's business.
    private static int[] Labels(int[] counts) => [.. counts.SelectMany((n, c) => Enumerable.Repeat(c, n))];

    private static string[] Names(int[] counts) => [.. counts.Select((_, c) => $"class {c}")];

    private static int[] Taken(int[] counts, string budget, ulong seed)
    {
        var labels = Labels(counts);
        var split = StratifiedSplit.Draw(labels, Names(counts), LabelBudget.Parse(budget), seed);
        var taken = new int[counts.Length];
        foreach (var index in split.Labelled)
        {
            taken[labels[index]]++;
        }

        return taken;
    }
}
