using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Evaluation.Tests;

/// <summary>Small classifiers of dark and bright pictures: one that was trained, and variants of it.</summary>
/// <param name="Bias">Added to the logit of dark: enough of it, and every picture is dark.</param>
internal sealed record ShadeClassifier(float Bias = 0)
{
    private static readonly Lock Training = new();
    private static readonly Dictionary<ModelKind, Dictionary<string, float[]>> Trained = [];

    public static ShadeClassifier Good { get; } = new();

    public static ShadeClassifier AlwaysDark { get; } = new(1000);

    public static ShadeClassifier AlwaysBright { get; } = new(-1000);

    /// <summary>Other class names; null = those of the bench.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>All parameters; the caller disposes them.</summary>
    public ParameterSet Weights(Recipe recipe)
    {
        var model = Networks.Create(recipe.Model, 2);
        var parameters = ParameterSet.Zeros(model.Layout, ScalarType.Float32, CPU, withGradients: false);
        using var scope = NewDisposeScope();
        Dictionary<string, float[]>? trained;
        lock (Training)
        {
            if (!Trained.TryGetValue(recipe.Model.Kind, out trained))
            {
                trained = Trained[recipe.Model.Kind] = Train(recipe);
            }
        }

        foreach (var (name, tensor) in NamedWeights.Of(parameters))
        {
            tensor.copy_(Shaped(trained[name], tensor.shape));
        }

        var bias = parameters[model.Layout.Find("head.bias")!.Value];
        bias.copy_(bias + tensor(new[] { Bias, 0f }));
        return parameters;
    }

    private static Tensor Shaped(float[] values, long[] shape) => tensor(values).view(shape);

    private static Dictionary<string, float[]> Train(Recipe recipe)
    {
        recipe = recipe with
        {
            FineTuning = recipe.FineTuning with
            {
                Mixing = MixingKind.None,
                BatchSize = 8,
                FewLabelsEpochs = 20,
                WarmupEpochs = 1,
                LearningRate = 2e-3,
                WarmupLearningRate = 1e-4,
            },
        };
        using var task = new FineTuningTask(
            recipe,
            new Shades(),
            2,
            encoder: null,
            ComputeTarget.Choose("cpu", Precision.Fp32, threads: 1)
        );
        new TrainingLoop<MixedBatch>(task, new TrainingLoopOptions(), new SilentJournal(), TimeProvider.System).Run(
            0,
            TestContext.Current.CancellationToken
        );
        return task.Weights.ToDictionary(pair => pair.Key, pair => pair.Value.cpu().data<float>().ToArray());
    }

    private sealed class Shades : IFaceSource
    {
        public int Count => 32;

        public PlanarImage Read(int index)
        {
            var random = new Random(1000 + index);
            return new PlanarImage(
                [.. Enumerable.Range(0, 32 * 32).Select(_ => (byte)((index % 2 == 0 ? 40 : 170) + random.Next(60)))],
                1,
                32,
                32
            );
        }

        public FaceBox? BoxOf(int index) => null;

        public int LabelOf(int index) => index % 2;
    }

    private sealed class SilentJournal : ITrainingJournal
    {
        public void Report(TrainingMetrics metrics) { }

        public void Checkpoint(long step, IReadOnlyList<StateTensor> state) { }
    }
}
