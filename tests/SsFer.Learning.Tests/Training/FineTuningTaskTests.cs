using SsFer.Learning.Augmentation;
using SsFer.Learning.Similarity;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class FineTuningTaskTests
{
    private const string Name = "levels.1.0.conv1.weight";

    [Fact]
    public void FaceMix_ReportsTheMeanKappaOfTheViewsItTrainsOn()
    {
        var journal = new RecordingJournal();
        using var task = Task(MixingKind.FaceMix);

        new TrainingLoop<MixedBatch>(task, new TrainingLoopOptions { MetricsEverySteps = 1 }, journal, TimeProvider.System).Run(
            0,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(task.TotalSteps, journal.Reports.Count);
        Assert.All(journal.Reports, (report, step) => Assert.Equal(task.Prepare(step).Kappa.Average(), report.Values["kappa"], 1e-6));
        Assert.All(journal.Reports, report => Assert.InRange(report.Values["kappa"], 0.05, 1));
    }

    [Theory]
    [InlineData(FaceSimilarity.PeakSignalToNoise)]
    [InlineData(FaceSimilarity.StructuralSimilarity)]
    [InlineData(FaceSimilarity.FeatureSimilarity)]
    public void FaceMix_ByAnotherSimilarity_TakesItsKappaFromThePixelsOfTheViews(FaceSimilarity kind)
    {
        using var scope = NewDisposeScope();
        var recipe = TrainingCase.Recipe with { FineTuning = TrainingCase.Recipe.FineTuning with { Similarity = kind } };
        using var task = Task(recipe);
        var batch = task.Prepare(0);
        var views = PixelNormalisation.Restore(batch.Faces.PixelTensor(CPU), recipe.Normalisation);

        var reported = task.Step(0, batch).Values[1].item<float>();

        var similarity = PictureSimilarities.Create(kind)!.Of(views, views.flip(0));
        Assert.Equal(1 - similarity.mean().item<float>(), reported, 1e-5f);
        Assert.NotEqual(batch.Kappa.Average(), reported, 1e-3f);
    }

    [Fact]
    public void FaceMix_ByEachOfTheLosses_IsAnotherLoss()
    {
        var losses = Enum.GetValues<FaceMixLoss>()
            .Select(loss =>
            {
                using var task = Task(TrainingCase.Recipe with { FineTuning = TrainingCase.Recipe.FineTuning with { FaceMixLoss = loss } });
                using var values = task.Step(0, task.Prepare(0)).Values;
                return MathF.Round(values[0].item<float>(), 4);
            })
            .ToList();

        Assert.Equal(4, losses.Distinct().Count());
    }

    [Fact]
    public void Pixels_NormalisedAndRestored_AreTheSame()
    {
        using var scope = NewDisposeScope();
        var pixels = rand([2, 3, 4, 4], generator: new Generator(1));
        var normalisation = new Normalisation();

        Assert.True(
            PixelNormalisation.Restore(PixelNormalisation.Normalise(pixels, normalisation), normalisation).allclose(pixels, atol: 1e-6)
        );
    }

    [Theory]
    [InlineData(MixingKind.None)]
    [InlineData(MixingKind.Mixup)]
    public void WithoutFaceMix_NoKappaIsReported(MixingKind mixing)
    {
        var journal = new RecordingJournal();
        using var task = Task(mixing);

        new TrainingLoop<MixedBatch>(task, new TrainingLoopOptions { MetricsEverySteps = 1 }, journal, TimeProvider.System).Run(
            0,
            TestContext.Current.CancellationToken
        );

        Assert.All(journal.Reports, report => Assert.DoesNotContain("kappa", report.Values.Keys));
    }

    [Fact]
    public void Step_OfAMixingThatNobodyKnows_Throws()
    {
        using var task = Task((MixingKind)99);

        var fault = Assert.Throws<NotSupportedException>(() => task.Step(0, task.Prepare(0)));

        Assert.Contains("99", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightAverage_AfterEachStep_FollowsTheWeightsThatLearn_FasterEarlyOn()
    {
        using var scope = NewDisposeScope();
        var recipe = TrainingCase.OfResNet(TrainingCase.Recipe);
        using var task = new FineTuningTask(recipe, new VotedFaces(new SyntheticFaces(32, 4)), 4, encoder: null, TrainingCase.Fp32);
        var average = Tensor(task, TrainingState.WeightsFile);
        var learner = Tensor(task, TrainingState.LearnerFile);
        var expected = average.clone();
        Assert.True(average.equal(learner).all().item<bool>());

        for (var step = 0; step < 3; step++)
        {
            using var _ = task.Step(step, task.Prepare(step)).Values;
            var decay = (1 + step) / (10.0 + step); // below the recipe's 0.9
            expected = expected.Times(decay).Plus(learner.Times(1 - decay));

            Assert.True(average.allclose(expected, rtol: 0, atol: 1e-6));
        }

        Assert.False(average.allclose(learner, rtol: 0, atol: 1e-6));
        Assert.True(task.Weights.Single(pair => pair.Key == Name).Value.equal(average).all().item<bool>()); // what the stage leaves
    }

    private static Tensor Tensor(FineTuningTask task, string file) =>
        task.State.Single(tensor => tensor.File == file && tensor.Name == Name).Tensor;

    private static FineTuningTask Task(MixingKind mixing) =>
        Task(TrainingCase.Recipe with { FineTuning = TrainingCase.Recipe.FineTuning with { Mixing = mixing } });

    private static FineTuningTask Task(Recipe recipe) => new(recipe, new SyntheticFaces(32, 4), 4, encoder: null, TrainingCase.Fp32);
}
