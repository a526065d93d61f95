using SsFer.Learning.Models;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

/// <summary>
/// One of the three training tasks at a size that steps in milliseconds, behind one face for tests that hold for all of them.
/// </summary>
internal abstract class TrainingCase : IDisposable
{
    public const string Pretraining = "pre-training";
    public const string FineTuning = "fine-tuning";
    public const string EmaTeacher = "EMA teacher";

    /// <summary>Fine-tuning of a residual network on votes, with an average of its weights.</summary>
    public const string ResNet = "ResNet";

    /// <summary>Fine-tuning of a network with running statistics, with an average of its weights.</summary>
    public const string FineTuningOfBaseline = "fine-tuning of MobileNetV3";

    /// <summary>Stage three of the same network.</summary>
    public const string EmaTeacherOfBaseline = "EMA teacher of MobileNetV3";

    private const int Classes = 4;

    /// <summary>Four steps an epoch in every stage; pseudo-labels pass although the classifier is untrained.</summary>
    public static Recipe Recipe { get; } =
        RecipeCatalog.Smoke with
        {
            Seed = 11,
            Pretraining = RecipeCatalog.Smoke.Pretraining with { BatchSize = 8, Epochs = 3 },
            FineTuning = RecipeCatalog.Smoke.FineTuning with { BatchSize = 8, FewLabelsEpochs = 3 },
            EmaTeacher = RecipeCatalog.Smoke.EmaTeacher with { Epochs = 3, Threshold = 0.2, EmaDecay = 0.9 },
        };

    public static ComputeTarget Fp32 { get; } = new(CPU, ScalarType.Float32, get_num_threads());

    public static ComputeTarget Bf16 { get; } = Fp32 with { Type = ScalarType.BFloat16 };

    public abstract IReadOnlyList<StateTensor> State { get; }

    public abstract long TotalSteps { get; }

    public static TrainingCase Create(string stage, Recipe? recipe = null, ComputeTarget? target = null)
    {
        recipe ??= Recipe;
        target ??= Fp32;
        var faces = new SyntheticFaces(32, Classes);
        switch (stage)
        {
            case Pretraining:
                return new Of<MaskedBatch>(new PretrainingTask(recipe, faces, target));
            case ResNet:
                recipe = OfResNet(recipe);
                return new Of<MixedBatch>(new FineTuningTask(recipe, new VotedFaces(faces), Classes, encoder: null, target));
            case FineTuningOfBaseline:
                recipe = recipe.With("Model=MobileNetV3Large", "FineTuning.WeightAverage=0.9");
                return new Of<MixedBatch>(new FineTuningTask(recipe, faces, Classes, encoder: null, target));
            case FineTuning:
                return new Of<MixedBatch>(new FineTuningTask(recipe, faces, Classes, encoder: null, target));
            default:
                recipe = stage == EmaTeacherOfBaseline ? recipe.With("Model=MobileNetV3Large") : recipe;
                using (var classifier = ParameterSet.Initialised(Networks.Create(recipe.Model, Classes).Layout, 3))
                {
                    return new Of<SemiSupervisedBatch>(
                        new SemiSupervisedTask(
                            recipe,
                            new SyntheticFaces(5, Classes),
                            faces,
                            Classes,
                            NamedWeights.Of(classifier).ToDictionary(),
                            target
                        )
                    );
                }
        }
    }

    /// <summary>The recipe with a residual network, votes, views of RandAugment and an average of the weights.</summary>
    public static Recipe OfResNet(Recipe recipe) =>
        recipe.With(
            "Model.Kind=ResNet",
            "Model.ResNet.Width=8",
            "Model.ResNet.Levels=2",
            "Model.ResNet.Blocks=1",
            "FineTuning.Targets=Votes",
            "FineTuning.WeightAverage=0.9",
            "FineTuning.RandAugmentOperations=1"
        );

    /// <summary>All semi-supervised methods but the paper's.</summary>
    public static TheoryData<SemiSupervisedMethod> Methods { get; } =
    [.. Enum.GetValues<SemiSupervisedMethod>().Where(method => method != SemiSupervisedMethod.EmaTeacher)];

    /// <summary>The recipe with stage three by another method, whose pseudo-labels pass, too.</summary>
    public static Recipe By(SemiSupervisedMethod method) =>
        Recipe.With($"Method={method}", "EmaTeacher.UnlabelledBatch=8", "EmaTeacher.Threshold=0.2", "EmaTeacher.EmaDecay=0.9");

    /// <summary>The recipe with another number of epochs in every stage.</summary>
    public static Recipe WithEpochs(int epochs) =>
        Recipe with
        {
            Pretraining = Recipe.Pretraining with { Epochs = epochs },
            FineTuning = Recipe.FineTuning with { FewLabelsEpochs = epochs },
            EmaTeacher = Recipe.EmaTeacher with { Epochs = epochs },
        };

    /// <summary>The recipe with one rate from the first step on in every stage.</summary>
    public static Recipe WithRate(double rate) =>
        Recipe with
        {
            Pretraining = Recipe.Pretraining with { WarmupEpochs = 0, LearningRate = rate },
            FineTuning = Recipe.FineTuning with { WarmupEpochs = 0, LearningRate = rate },
            EmaTeacher = Recipe.EmaTeacher with { LearningRate = rate },
        };

    public void Run(RecordingJournal journal, TrainingLoopOptions? options = null, long firstStep = 0) =>
        RunLoop(journal, options ?? new TrainingLoopOptions { MetricsEverySteps = 1 }, firstStep, TestContext.Current.CancellationToken);

    public void RunUntilStopped(RecordingJournal journal, CancellationToken stop) =>
        RunLoop(journal, new TrainingLoopOptions { MetricsEverySteps = 1 }, firstStep: 0, stop);

    /// <summary>All tensors of the state as the bytes of one file.</summary>
    public byte[] Save() => RecordingJournal.Bytes(State);

    public async Task Restore(byte[] saved)
    {
        using var content = await Safetensors.ReadAsync(new MemoryStream(saved), "checkpoint", CancellationToken.None);
        foreach (var tensor in State)
        {
            Overwrite(tensor.Tensor, content.Tensors[$"{tensor.File}/{tensor.Name}"]);
        }

        Restored();
    }

    public abstract void Dispose();

    protected abstract void RunLoop(
        RecordingJournal journal,
        TrainingLoopOptions options,
        long firstStep,
        CancellationToken cancellationToken
    );

    protected abstract void Restored();

    private static void Overwrite(Tensor target, Tensor values)
    {
        using var noGrad = no_grad();
        target.copy_(values);
    }

    private sealed class Of<TBatch>(ITrainingTask<TBatch> task) : TrainingCase
    {
        public override IReadOnlyList<StateTensor> State => task.State;

        public override long TotalSteps => task.TotalSteps;

        public override void Dispose() => task.Dispose();

        protected override void RunLoop(
            RecordingJournal journal,
            TrainingLoopOptions options,
            long firstStep,
            CancellationToken cancellationToken
        ) => new TrainingLoop<TBatch>(task, options, journal, TimeProvider.System).Run(firstStep, cancellationToken);

        protected override void Restored() => task.Restored();
    }
}
