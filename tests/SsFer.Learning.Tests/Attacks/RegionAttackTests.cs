using SsFer.Learning.Attacks;
using SsFer.Learning.Tests.Attribution;
using SsFer.Learning.Tests.Training;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Attacks;

[Collection(ProcessWideCounters.Name)]
[Trait("Category", "Slow")]
public sealed class RegionAttackTests
{
    private static readonly double[] Epsilons = [0, 0.1, 0.2, 0.4];

    [Fact]
    public void Attack_OnATrainedClassifier_TakesMoreTheStrongerItIs()
    {
        var classifier = TrainedClassifier.Instance;
        var faces = TrainedClassifier.Faces;
        var probabilities = classifier.Predict(faces, TestContext.Current.CancellationToken);
        var clean =
            Enumerable.Range(0, faces.Count).Count(i => Array.IndexOf(probabilities[i], probabilities[i].Max()) == faces.LabelOf(i))
            / (double)faces.Count;

        var result = RegionAttack.Measure(classifier, faces, Epsilons, AttackMethod.Fgsm, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine($"focused area {result.FocusedArea:P0}: {string.Join("; ", result.Rows)}");
        Assert.True(clean > 0.95, $"the classifier learned only {clean:P0}");
        Assert.Equal((clean, clean), (result.Rows[0].Focused, result.Rows[0].Unfocused));
        Assert.InRange(result.FocusedArea, 0.01, 0.99);
        Assert.True(result.Rows[^1].Focused + result.Rows[^1].Unfocused < (2 * clean) - 0.3, $"{result.Rows[^1]}");
        Assert.All(result.Rows.Zip(result.Rows.Skip(1)), pair =>
            Assert.True(pair.Second.Focused + pair.Second.Unfocused <= pair.First.Focused + pair.First.Unfocused + 0.1)
        );
    }

    [Fact]
    public void Attack_OnItsPreviousPictures_LeavesNoTensorBehindAndSaysTheSame()
    {
        var classifier = TrainedClassifier.Instance;
        var first = RegionAttack.Measure(
            classifier,
            TrainedClassifier.Faces,
            Epsilons,
            AttackMethod.Fgsm,
            TestContext.Current.CancellationToken
        );
        GradCamTests.Collect();
        var before = Tensor.TotalCount;

        var second = RegionAttack.Measure(
            classifier,
            TrainedClassifier.Faces,
            Epsilons,
            AttackMethod.Fgsm,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal(first.Rows, second.Rows);
    }

    [Fact]
    public void Attack_OnFacesWithoutLabels_IsRefused()
    {
        var classifier = TrainedClassifier.Instance;

        Assert.Throws<ArgumentException>(() =>
            RegionAttack.Measure(
                classifier,
                new SyntheticFaces(4, 2, labelled: false),
                Epsilons,
                AttackMethod.Fgsm,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Throws<ArgumentException>(() =>
            RegionAttack.Measure(
                classifier,
                new FaceSubset(TrainedClassifier.Faces, []),
                Epsilons,
                AttackMethod.Fgsm,
                TestContext.Current.CancellationToken
            )
        );
    }
}
