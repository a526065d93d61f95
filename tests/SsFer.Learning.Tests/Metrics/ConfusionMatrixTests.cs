using SsFer.Learning.Metrics;

namespace SsFer.Learning.Tests.Metrics;

public sealed class ConfusionMatrixTests
{
    // true    0 0 0 1 1 2
    // guessed 0 0 1 1 2 2
    private static readonly int[] Truth = [0, 0, 0, 1, 1, 2];
    private static readonly int[] Predicted = [0, 0, 1, 1, 2, 2];

    [Fact]
    public void Counts_HandTable()
    {
        var matrix = new ConfusionMatrix(Truth, Predicted, 3);
        Assert.Equal(
            [
                [2, 1, 0],
                [0, 1, 1],
                [0, 0, 1],
            ],
            matrix.ToRows()
        );
        Assert.Equal(1, matrix[1, 2]);
        Assert.Equal(6, matrix.Total);
        Assert.Equal(4.0 / 6, matrix.Accuracy, 1e-12);
        Assert.Equal(2.0 / 3, matrix.Recall(0)!.Value, 1e-12);
        Assert.Equal(0.5, matrix.Recall(1)!.Value, 1e-12);
        Assert.Equal(1, matrix.Recall(2)!.Value, 1e-12);
        // F1 = 2 TP / (support + predicted): 4/5, 2/4, 2/3.
        Assert.Equal((0.8 + 0.5 + 2.0 / 3) / 3, matrix.MacroF1, 1e-12);
    }

    [Fact]
    public void MacroF1_ClassThatOccursNowhere_DoesNotCount()
    {
        var matrix = new ConfusionMatrix(Truth, Predicted, 5);
        Assert.Equal((0.8 + 0.5 + 2.0 / 3) / 3, matrix.MacroF1, 1e-12);
        Assert.Null(matrix.Recall(4));
    }

    [Fact]
    public void MacroF1_ClassOnlyEverPredicted_CountsZero()
    {
        // Class 0: 2 of 3 found, 2 predicted: F1 4/5. Class 1: never true, once predicted: 0.
        Assert.Equal(0.4, new ConfusionMatrix([0, 0, 0], [0, 0, 1], 2).MacroF1, 1e-12);
    }

    [Fact]
    public void Create_NoSamples_HasNoAccuracy()
    {
        var matrix = new ConfusionMatrix([], [], 2);
        Assert.True(double.IsNaN(matrix.Accuracy));
        Assert.True(double.IsNaN(matrix.MacroF1));
    }

    [Fact]
    public void Create_ClassOutOfRangeOrLengthsThatDiffer_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix([0, 3], [0, 1], 3));
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix([0, 1], [0, -1], 3));
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix([0, 1], [0], 3));
    }

    [Fact]
    public void EvaluationReport_HandTable()
    {
        var report = EvaluationReport.Create(Truth, Predicted, ["anger", "fear", "neutral", "contempt"], seed: 1);
        Assert.Equal(6, report.Count);
        Assert.Equal(4.0 / 6, report.Accuracy, 1e-12);
        Assert.Equal(["anger 3", "fear 2", "neutral 1", "contempt 0"], report.Classes.Select(c => $"{c.Name} {c.Support}"));
        Assert.Null(report.Classes[3].Recall);
        Assert.Equal([0, 1, 1, 0], report.Confusion[1]);
        Assert.InRange(report.Accuracy, report.AccuracyInterval.Lower, report.AccuracyInterval.Upper);
    }
}
