using System.Text.Json;
using CsCheck;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Evaluation.Promotion;
using SsFer.Learning.Metrics;

namespace SsFer.Evaluation.Tests.Promotion;

public sealed class PromotionGateTests
{
    private static readonly PromotionSettings Settings = new();

    /// <summary>Right answers of 100 neutral, 50 happy and 8 contemptuous faces; 158 in all.</summary>
    [Theory]
    [InlineData("equal", 80, 40, 4, true)]
    [InlineData("better", 90, 45, 6, true)]
    [InlineData("one face below the margin of 1.58 faces", 79, 40, 4, true)]
    [InlineData("two faces below", 78, 40, 4, false)]
    [InlineData("a class at half its recall", 100, 20, 4, true)]
    [InlineData("a class just below half its recall", 100, 19, 8, false)]
    [InlineData("a class that is gone", 100, 0, 8, false)]
    [InlineData("a class of eight that is gone", 90, 40, 0, true)]
    public void Candidate_AgainstProduction_IsPromotedOrRejected(string why, int neutral, int happy, int contempt, bool promoted)
    {
        var decision = PromotionGate.Decide(Settings, Report(neutral, happy, contempt), "before", Report(80, 40, 4));

        Assert.True(promoted == decision.Promoted, $"{why}: {decision.Reason}");
        Assert.Equal(
            ("before", 124 / 158.0, (neutral + happy + contempt) / 158.0),
            (decision.Production, decision.ProductionAccuracy, decision.Accuracy)
        );
        Assert.Contains("78.48 % of before", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejection_NamesTheClassesThatCollapsed_OrTheMargin()
    {
        Assert.EndsWith(
            "but recall collapsed for happy from 80.00 % to 10.00 %",
            PromotionGate.Decide(Settings, Report(100, 5, 8) with { Accuracy = 0.9 }, "before", Report(80, 40, 4)).Reason,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "more than 1.00 % below",
            PromotionGate.Decide(Settings, Report(70, 40, 4), "before", Report(80, 40, 4)).Reason,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0.71, 0.70, true)]
    [InlineData(0.7, 0.69, true)]
    [InlineData(0.3, 0.29, true)]
    [InlineData(0.3, 0.2899, false)]
    public void Margin_ExactlyUsedUp_IsStillAllowed(double production, double candidate, bool promoted) =>
        Assert.Equal(
            promoted,
            PromotionGate
                .Decide(
                    Settings,
                    Report(80, 40, 4) with
                    {
                        Accuracy = candidate,
                    },
                    "before",
                    Report(80, 40, 4) with
                    {
                        Accuracy = production,
                    }
                )
                .Promoted
        );

    [Theory]
    [InlineData(100, 0, 0, false)]
    [InlineData(100, 1, 0, true)]
    [InlineData(60, 30, 5, false)]
    public void FirstModel_IsPromotedOnlyIfBetterThanTheMostFrequentClass(int neutral, int happy, int contempt, bool promoted)
    {
        var decision = PromotionGate.DecideFirst(Settings, Report(neutral, happy, contempt));

        Assert.Equal(promoted, decision.Promoted);
        Assert.Contains("63.29 % of always answering neutral", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_AgainstItself_IsAlwaysPromoted() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 50], Gen.Int[0, 8], Gen.Double[0, 0.5], Gen.Double[0, 1])
            .Sample(
                (neutral, happy, contempt, margin, collapse) =>
                    PromotionGate
                        .Decide(
                            new PromotionSettings { Margin = margin, Collapse = collapse },
                            Report(neutral, happy, contempt),
                            "before",
                            Report(neutral, happy, contempt)
                        )
                        .Promoted
            );

    [Theory]
    [InlineData("""{ "promotion": { "margin": 1.5 } }""", "margin")]
    [InlineData("""{ "promotion": { "collapse": -1 } }""", "collapse")]
    [InlineData("""{ "attackFaces": -1 }""", "attackFaces")]
    [InlineData("""{ "promote": {} }""", "promote")]
    public void Parameters_ThatCannotBeMeant_FailTheStageAtOnce(string json, string named)
    {
        var refused = Assert.Throws<PermanentStageException>(() => EvaluationParameters.Of(Stage(json)));

        Assert.Contains("'evaluate'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_AsTheyAreWritten_AreReadBack()
    {
        Assert.Null(EvaluationParameters.Of(Stage("{}")).Promotion);
        var parameters = new EvaluationParameters
        {
            AttackFaces = 7,
            Promotion = new PromotionSettings { Margin = 0.02 },
        };
        Assert.Equal(parameters, EvaluationParameters.Of(Stage(parameters.ToJson().GetRawText())));
    }

    private static PlannedStage Stage(string json) =>
        new()
        {
            Name = "evaluate",
            Kind = StageKind.Evaluation,
            Inputs = [],
            Parameters = JsonSerializer.Deserialize<JsonElement>(json),
        };

    /// <summary>Wrong answers go to the next class.</summary>
    private static EvaluationReport Report(int neutral, int happy, int contempt)
    {
        int[] supports = [100, 50, 8],
            right = [neutral, happy, contempt];
        var faces = Enumerable
            .Range(0, 3)
            .SelectMany(label =>
                Enumerable.Range(0, supports[label]).Select(i => (Truth: label, Answer: i < right[label] ? label : (label + 1) % 3))
            )
            .ToList();
        return EvaluationReport.Create(
            [.. faces.Select(face => face.Truth)],
            [.. faces.Select(face => face.Answer)],
            ["neutral", "happy", "contempt"],
            seed: 0,
            resamples: 100
        );
    }
}
