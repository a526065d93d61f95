using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

/// <summary>Small as they are, the tasks must learn what they are shown.</summary>
public sealed class LearningTests
{
    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(MixingKind.None)]
    [InlineData(MixingKind.Mixup)]
    [InlineData(MixingKind.FaceMix)]
    public void FineTuning_OnSixteenPicturesOfTwoClasses_LearnsThem(MixingKind mixing)
    {
        var faces = new SyntheticFaces(16, classes: 2);
        var recipe = TrainingCase.Recipe with
        {
            FineTuning = TrainingCase.Recipe.FineTuning with
            {
                Mixing = mixing,
                FewLabelsEpochs = 200,
                WarmupEpochs = 5,
                LearningRate = 2e-3,
                WarmupLearningRate = 1e-4,
            },
        };
        using var task = new FineTuningTask(recipe, faces, 2, encoder: null, TrainingCase.Fp32);

        new TrainingLoop<MixedBatch>(task, new TrainingLoopOptions(), new RecordingJournal(), TimeProvider.System).Run(
            0,
            TestContext.Current.CancellationToken
        );

        Assert.True(Accuracy(recipe, faces, task) > 0.95);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Pretraining_OnStripes_BringsTheLossDown()
    {
        var journal = new RecordingJournal();
        var recipe = TrainingCase.WithEpochs(100) with
        {
            Pretraining = TrainingCase.Recipe.Pretraining with { Epochs = 100, LearningRate = 2e-3 },
        };
        using var training = TrainingCase.Create(TrainingCase.Pretraining, recipe);

        training.Run(journal);

        double first = journal.Losses.Take(20).Average(),
            last = journal.Losses.TakeLast(20).Average();
        TestContext.Current.TestOutputHelper?.WriteLine($"loss {first:F3} -> {last:F3}");
        Assert.True(last < 0.8 * first, $"{first} -> {last}");
    }

    private static double Accuracy(Recipe recipe, SyntheticFaces faces, FineTuningTask task)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = new VisionTransformer(recipe.Model, 2);
        using var parameters = ParameterSet.Zeros(model.Layout, ScalarType.Float32, CPU, withGradients: false);
        NamedWeights.Load(parameters, task.Weights.ToDictionary(), "task");
        var view = new EvaluationView(recipe.Model.ImageSize, recipe.Normalisation);
        var batch = FaceBatch.Render(faces, view, [.. Enumerable.Range(0, faces.Count).Select(i => (i, new ViewKey(0, 0, i)))]);
        return model
            .Forward(parameters, batch.PixelTensor(CPU))
            .argmax(1)
            .eq(batch.ClassTensor(CPU))
            .to(ScalarType.Float32)
            .mean()
            .item<float>();
    }
}
