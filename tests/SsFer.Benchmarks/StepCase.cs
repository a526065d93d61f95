using SsFer.Learning.Models;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace SsFer.Benchmarks;

/// <summary>A training step to be timed: batches prepared beforehand, nothing but the step in the loop.</summary>
internal interface IStepCase : IDisposable
{
    int Images { get; }

    /// <summary>Operations of the matrix products of one step.</summary>
    double Operations { get; }

    void Step();
}

/// <summary>The cases by name: stage, recipe and size of the model, batch.</summary>
internal static class StepCases
{
    private const int Classes = 8;

    /// <summary>
    /// The recipes' batches where they fit; for 224 pixels on a CPU ones that keep a step at seconds, on a GPU ones that fill it.
    /// </summary>
    public static IEnumerable<(string Name, Func<ComputeTarget, IStepCase> Create)> For(Device device) =>
        device.type == DeviceType.CPU
            ?
            [
                .. Sized("compact", RecipeCatalog.Compact, 256, 32, 64),
                .. Sized("small-224", RecipeCatalog.Paper.With("Model=Small"), 32, 16, 16),
                .. Sized("base-224", RecipeCatalog.Paper, 32, 16, 16),
            ]
            :
            [
                .. Sized("compact", RecipeCatalog.Compact, 256, 32, 64),
                .. Sized("small-224", RecipeCatalog.Paper.With("Model=Small"), 256, 32, 64),
                .. Sized("base-224", RecipeCatalog.Paper, 256, 32, 64),
            ];

    private static IEnumerable<(string Name, Func<ComputeTarget, IStepCase> Create)> Sized(
        string size,
        Recipe recipe,
        int pretraining,
        int fineTuning,
        int teacher
    ) =>
        [
            ($"{size} pretraining x{pretraining}", target => Pretraining(recipe.With($"Pretraining.BatchSize={pretraining}"), target)),
            ($"{size} fine-tuning x{fineTuning}", target =>
                FineTuning(recipe.With($"FineTuning.BatchSize={fineTuning}", "FineTuning.Mixing=None"), target)
            ),
            ($"{size} facemix x{fineTuning}", target => FineTuning(recipe.With($"FineTuning.BatchSize={fineTuning}"), target)),
            ($"{size} pretraining as the reference does it x{pretraining}", target => new ReferencePretraining(
                recipe.With($"Pretraining.BatchSize={pretraining}"),
                target.Device
            )),
            ($"{size} ema-teacher x{teacher}+{teacher}", target =>
                EmaTeacher(recipe.With($"EmaTeacher.LabelledBatch={teacher}", $"EmaTeacher.UnlabelledBatch={teacher}"), target)
            ),
        ];

    private static TaskCase<MaskedBatch> Pretraining(Recipe recipe, ComputeTarget target)
    {
        var task = new PretrainingTask(recipe, Faces(recipe, recipe.Pretraining.BatchSize, 0), target);
        return new(
            task,
            recipe.Pretraining.BatchSize * (double)ModelCost.AutoencoderStep(recipe.Model, recipe.Decoder, recipe.Pretraining.MaskRatio)
        );
    }

    private static TaskCase<MixedBatch> FineTuning(Recipe recipe, ComputeTarget target)
    {
        var task = new FineTuningTask(recipe, Faces(recipe, recipe.FineTuning.BatchSize, Classes), Classes, null, target);
        var views = recipe.FineTuning.Mixing == MixingKind.FaceMix ? 2 : 1;
        return new(task, views * recipe.FineTuning.BatchSize * (double)ModelCost.ClassifierStep(recipe.Model, Classes));
    }

    private static TaskCase<SemiSupervisedBatch> EmaTeacher(Recipe recipe, ComputeTarget target)
    {
        var settings = recipe.EmaTeacher;
        using var start = ParameterSet.Initialised(new VisionTransformer(recipe.Model, Classes).Layout, recipe.Seed);
        var weights = NamedWeights.Of(start).ToDictionary(StringComparer.Ordinal);
        var task = new SemiSupervisedTask(
            recipe,
            Faces(recipe, settings.LabelledBatch, Classes),
            Faces(recipe, settings.UnlabelledBatch, 0),
            Classes,
            weights,
            target
        );
        foreach (var tensor in weights.Values)
        {
            tensor.Dispose();
        }

        return new(
            task,
            ((settings.LabelledBatch + settings.UnlabelledBatch) * (double)ModelCost.ClassifierStep(recipe.Model, Classes))
                + (settings.UnlabelledBatch * (double)ModelCost.ClassifierForward(recipe.Model, Classes))
        );
    }

    private static NoiseFaces Faces(Recipe recipe, int batch, int classes) => new(4 * batch, recipe.Model.ImageSize, classes);

    private sealed class TaskCase<TBatch>(ITrainingTask<TBatch> task, double operations) : IStepCase
    {
        private readonly TBatch[] _batches = [.. Enumerable.Range(0, 4).Select(step => task.Prepare(step))];
        private long _step;

        public int Images => task.ImagesPerStep;

        public double Operations => operations;

        public void Step()
        {
            using var scope = NewDisposeScope();
            task.Step(_step, _batches[_step % _batches.Length]);
            _step++;
        }

        public void Dispose() => task.Dispose();
    }
}
