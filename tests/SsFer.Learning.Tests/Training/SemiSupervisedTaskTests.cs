using SsFer.Learning.Models;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class SemiSupervisedTaskTests
{
    [Fact]
    public void FixMatch_IsAnEmaTeacherWithoutMemory()
    {
        Assert.Equal(
            Trained(settings => settings with { Teacher = TeacherKind.Ema, EmaDecay = 0 }),
            Trained(settings => settings with { Teacher = TeacherKind.Student })
        );
    }

    [Fact]
    public void Step_OfATeacherThatNobodyKnows_Throws() =>
        Assert.Throws<NotSupportedException>(() => Trained(settings => settings with { Teacher = (TeacherKind)99 }));

    [Fact]
    public void Teacher_AfterTraining_LagsBehindItsStudent_AndFixMatchsIsItsStudent()
    {
        using var ema = Task(TrainingCase.Recipe, labelledTruth: true);
        using var fixMatch = Task(
            TrainingCase.Recipe with
            {
                EmaTeacher = TrainingCase.Recipe.EmaTeacher with { Teacher = TeacherKind.Student },
            },
            labelledTruth: true
        );

        Run(ema, new RecordingJournal());
        Run(fixMatch, new RecordingJournal());

        Assert.NotEqual(Values(ema.StudentWeights), Values(ema.TeacherWeights));
        Assert.Equal(Values(fixMatch.StudentWeights), Values(fixMatch.TeacherWeights));
    }

    [Theory]
    [InlineData(0.2, true, 1, 1)]
    [InlineData(0.2, false, 1, 0)]
    [InlineData(0.99, true, 0, 0)]
    public void Metrics_ReportTheShareKept_AndTheTruthWhereItIsKnown(double threshold, bool labelledTruth, double kept, double known)
    {
        var journal = new RecordingJournal();
        using var task = Task(
            TrainingCase.Recipe with
            {
                EmaTeacher = TrainingCase.Recipe.EmaTeacher with { Threshold = threshold },
            },
            labelledTruth
        );

        Run(task, journal);

        Assert.All(journal.Reports, report =>
        {
            Assert.Equal(kept, report.Values["pseudoLabelsKept"]);
            Assert.Equal(known, report.Values["pseudoLabelsKnown"]);
            Assert.InRange(report.Values["pseudoLabelsRight"], 0, known);
        });
    }

    [Fact]
    public void Create_FromWeightsWithoutAHead_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var encoder = ParameterSet.Initialised(
            new MaskedAutoencoder(TrainingCase.Recipe.Model, TrainingCase.Recipe.Decoder).Layout,
            3
        );

        var fault = Assert.Throws<WeightsException>(() =>
            new SemiSupervisedTask(
                TrainingCase.Recipe,
                new SyntheticFaces(5, 4),
                new SyntheticFaces(32, 4),
                4,
                NamedWeights.Of(encoder).ToDictionary(),
                TrainingCase.Fp32
            )
        );

        Assert.Contains("head.weight, head.bias", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_TruthOfUnlabelledFaces_ChangesNothingButTheMetrics()
    {
        Assert.Equal(Weights(labelledTruth: true), Weights(labelledTruth: false));

        static float[] Weights(bool labelledTruth)
        {
            using var task = Task(TrainingCase.Recipe, labelledTruth);
            Run(task, new RecordingJournal());
            return [.. task.State.SelectMany(tensor => tensor.Tensor.data<float>().ToArray())];
        }
    }

    private static byte[] Trained(Func<EmaTeacherSettings, EmaTeacherSettings> change)
    {
        using var training = TrainingCase.Create(
            TrainingCase.EmaTeacher,
            TrainingCase.Recipe with
            {
                EmaTeacher = change(TrainingCase.Recipe.EmaTeacher),
            }
        );
        training.Run(new RecordingJournal());
        return training.Save();
    }

    private static SemiSupervisedTask Task(Recipe recipe, bool labelledTruth)
    {
        using var classifier = ParameterSet.Initialised(new VisionTransformer(recipe.Model, 4).Layout, 3);
        return new SemiSupervisedTask(
            recipe,
            new SyntheticFaces(5, 4),
            new SyntheticFaces(32, 4, labelledTruth),
            4,
            NamedWeights.Of(classifier).ToDictionary(),
            TrainingCase.Fp32
        );
    }

    private static void Run(SemiSupervisedTask task, RecordingJournal journal) =>
        new TrainingLoop<SemiSupervisedBatch>(task, new TrainingLoopOptions { MetricsEverySteps = 1 }, journal, TimeProvider.System).Run(
            0,
            CancellationToken.None
        );

    private static float[] Values(IEnumerable<KeyValuePair<string, Tensor>> weights) =>
        [.. weights.SelectMany(pair => pair.Value.data<float>().ToArray())];
}
