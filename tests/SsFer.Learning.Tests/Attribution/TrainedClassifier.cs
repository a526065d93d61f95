using SsFer.Learning.Models;
using SsFer.Learning.Tests.Training;
using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Attribution;

/// <summary>A small classifier that has learned what it is shown, and small ones in double precision that have not.</summary>
internal static class TrainedClassifier
{
    public const int Classes = 2;

    public static PatchFaces Faces { get; } = new(40);

    private static readonly Lazy<Classifier> Trained = new(Train);

    /// <summary>Trained once for all tests, and never disposed.</summary>
    public static Classifier Instance => Trained.Value;

    /// <summary>Weights in double precision, so that a difference quotient with a step of 1e-5 is right to about eight digits.</summary>
    public static ParameterSet InDouble(ClassifierNetwork model)
    {
        using var single = ParameterSet.Initialised(model.Layout, 5);
        return single.CopyTo(ScalarType.Float64, CPU, withGradients: false);
    }

    private static Classifier Train()
    {
        var recipe = TrainingCase.Recipe with
        {
            FineTuning = TrainingCase.Recipe.FineTuning with
            {
                Mixing = MixingKind.None,
                FewLabelsEpochs = 30,
                WarmupEpochs = 2,
                LearningRate = 2e-3,
                WarmupLearningRate = 1e-4,
            },
        };
        using var task = new FineTuningTask(recipe, Faces, Classes, encoder: null, TrainingCase.Fp32);
        new TrainingLoop<MixedBatch>(task, new TrainingLoopOptions(), new RecordingJournal(), TimeProvider.System).Run(
            0,
            TestContext.Current.CancellationToken
        );
        return new Classifier(recipe.Model, recipe.Normalisation, Classes, task.Weights.ToDictionary(), "task", TrainingCase.Fp32);
    }
}
