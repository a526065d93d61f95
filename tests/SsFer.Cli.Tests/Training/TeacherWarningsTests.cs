using SsFer.Cli.Commands.Training;
using SsFer.Evaluation;
using SsFer.Learning.Metrics;
using SsFer.Recipes;

namespace SsFer.Cli.Tests.Training;

public sealed class TeacherWarningsTests
{
    [Fact]
    public void Teacher_WorseThanItsClassifier_IsWarnedOfWithBothFigures()
    {
        var warning = Assert.Single(
            TeacherWarnings.Of([Measured("classifier", 4), Measured("teacher", 3)], Kept(0.4), SemiSupervisedMethod.EmaTeacher)
        );

        Assert.StartsWith("the teacher (37.5 %) is worse than the classifier it started from (50.0 %)", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Teacher_ThatKeptNoPseudoLabel_IsWarnedOfWithTheSetting() =>
        Assert.Contains(
            "EmaTeacher.Threshold",
            Assert.Single(
                TeacherWarnings.Of([Measured("classifier", 3), Measured("teacher", 4)], Kept(0), SemiSupervisedMethod.EmaTeacher)
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Teacher_OfAMethodWithoutFineTuning_IsToBeTrainedForLongerItself() =>
        Assert.EndsWith(
            "train for longer (EmaTeacher.Epochs)",
            Assert.Single(TeacherWarnings.Of([], Kept(0), SemiSupervisedMethod.FixMatch)),
            StringComparison.Ordinal
        );

    [Fact]
    public void Teacher_AsGoodWithPseudoLabels_IsNotWarnedOf() =>
        Assert.Empty(
            TeacherWarnings.Of(
                [Measured("classifier", 4), Measured("student", 1), Measured("teacher", 4)],
                Kept(0.02),
                SemiSupervisedMethod.EmaTeacher
            )
        );

    [Fact]
    public void Run_WithoutATeacher_IsNotWarnedOf() =>
        Assert.Empty(TeacherWarnings.Of([Measured("classifier", 1)], null, SemiSupervisedMethod.EmaTeacher));

    private static PseudoLabelShare Kept(double share) => new() { Kept = share };

    /// <summary>So many of eight faces right.</summary>
    private static ModelEvaluation Measured(string model, int right) =>
        new()
        {
            Model = model,
            Dataset = "faces:validation",
            Rules =
            [
                new RuleEvaluation
                {
                    Rule = "labels",
                    All = EvaluationReport.Create(
                        [0, 1, 0, 1, 0, 1, 0, 1],
                        [.. Enumerable.Range(0, 8).Select(i => i < right ? i % 2 : 1 - (i % 2))],
                        ["happiness", "sadness"],
                        seed: 0,
                        resamples: 100
                    ),
                },
            ],
        };
}
