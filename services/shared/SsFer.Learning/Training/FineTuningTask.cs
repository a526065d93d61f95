using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Objectives;
using SsFer.Learning.Optimisation;
using SsFer.Learning.Sampling;
using SsFer.Learning.Tensors;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>A batch of stage two: faces, λ of the batch and κ of each pair.</summary>
public sealed record MixedBatch(FaceBatch Faces, double Lambda, float[] Kappa);

/// <summary>Stage two: supervised fine-tuning, plain, with Mixup or with FaceMix (docs/method.md, section 2; paper, section 3.3).</summary>
public sealed class FineTuningTask : ITrainingTask<MixedBatch>
{
    /// <summary>Mean kappa of the pairs as trained on: boxes after crop and flip.</summary>
    private static readonly string[] FaceMixMetrics = ["kappa"];

    private const string Head = "head.";

    private readonly Recipe _recipe;
    private readonly IFaceSource _faces;
    private readonly ComputeTarget _target;
    private readonly VisionTransformer _model;
    private readonly TrainableParameters _parameters;
    private readonly GradientAccumulation _gradient;
    private readonly AdamW _optimiser;
    private readonly LearningRateSchedule _schedule;
    private readonly WeakView _view;
    private readonly EpochBatches _batches;

    /// <param name="recipe">Hyper-parameters.</param>
    /// <param name="faces">The labelled faces.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="encoder">Encoder weights under timm's keys, or null to start from scratch.</param>
    /// <param name="target">Where to compute.</param>
    public FineTuningTask(Recipe recipe, IFaceSource faces, int classes, IReadOnlyDictionary<string, Tensor>? encoder, ComputeTarget target)
    {
        (_recipe, _faces, _target) = (recipe, faces, target);
        var settings = recipe.FineTuning;
        _model = new VisionTransformer(recipe.Model, classes);
        using (var initial = ParameterSet.Initialised(_model.Layout, recipe.Seed))
        {
            EncoderImport = encoder is null ? null : Import(initial, encoder);
            _parameters = new TrainableParameters(initial, target.Type, target.Device, recipe.Execution.AccumulationSteps);
        }

        _gradient = new GradientAccumulation(_parameters, recipe.Execution);
        _optimiser = new AdamW(settings.Optimiser, _parameters);
        _view = new WeakView(recipe.Model.ImageSize, recipe.Normalisation, settings.Crop);
        StepsPerEpoch = TrainingDuration.Epochs(1).ToSteps(faces.Count, settings.BatchSize);
        TotalSteps = TrainingDuration.Epochs(settings.EpochsFor(faces.Count)).ToSteps(faces.Count, settings.BatchSize);
        _schedule = LearningRateSchedule.WarmupCosine(
            settings.WarmupLearningRate,
            settings.LearningRate,
            settings.MinLearningRate,
            settings.WarmupEpochs * StepsPerEpoch,
            TotalSteps
        );
        _batches = new EpochBatches(recipe.Seed, faces.Count, settings.BatchSize);
        State = TrainingState.Of(_parameters, _optimiser);
    }

    /// <summary>What was taken from the encoder; null when training starts from scratch.</summary>
    public WeightsImport? EncoderImport { get; }

    public long TotalSteps { get; }

    public long StepsPerEpoch { get; }

    public int ImagesPerStep => _recipe.FineTuning.BatchSize;

    public IReadOnlyList<StateTensor> State { get; }

    /// <summary>The classifier's weights in fp32 under timm's keys.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Weights => NamedWeights.Of(_parameters.Master);

    public MixedBatch Prepare(long step)
    {
        var faces = FaceBatch.Render(_faces, _view, _batches.At(step));
        var kappa = new float[faces.Count];
        FaceMixPairing.Kappa(faces.Boxes, kappa);
        return new MixedBatch(faces, FaceMixPairing.Lambda(_recipe.Seed, step, _recipe.FineTuning.MixAlpha), kappa);
    }

    public StepResult Step(long step, MixedBatch batch)
    {
        var rate = _schedule.At(step);
        Tensor pictures = batch.Faces.PixelTensor(_target.Device),
            classes = batch.Faces.ClassTensor(_target.Device);
        var kappa = DeviceTransfer.ToDevice(batch.Kappa, [batch.Kappa.Length], _target.Device);
        var values = _gradient.Compute(
            (part, checkpoints) =>
                _recipe.FineTuning.Mixing switch
                {
                    MixingKind.None => new(PlainLoss(part.Of(pictures), part.Of(classes), checkpoints)),
                    MixingKind.Mixup => new(LossOfMixup(part.OfPairs(pictures), part.OfPairs(classes), batch.Lambda, checkpoints)),
                    MixingKind.FaceMix => LossOfFaceMix(
                        part.OfPairs(pictures),
                        part.OfPairs(classes),
                        batch.Lambda,
                        part.OfPairs(kappa),
                        checkpoints
                    ),
                    var other => throw new NotSupportedException($"no loss is known for the mixing {other}"),
                }
        );
        _optimiser.Step(_parameters, step + 1, rate);
        _parameters.Refresh();
        return new StepResult(values, _recipe.FineTuning.Mixing == MixingKind.FaceMix ? FaceMixMetrics : [], rate);
    }

    public void Restored() => _parameters.Refresh();

    public void Dispose()
    {
        _optimiser.Dispose();
        _parameters.Dispose();
    }

    /// <summary>Whether a classifier of this model can start from an encoder.</summary>
    /// <param name="model">The model.</param>
    /// <param name="encoder">Weights under timm's keys.</param>
    /// <param name="name">Names them in errors.</param>
    /// <exception cref="WeightsException">A parameter is missing or of another shape.</exception>
    public static void RequireEncoder(ModelSettings model, IReadOnlyDictionary<string, Tensor> encoder, string name) =>
        RequireWhole(NamedWeights.Check(new VisionTransformer(model, classes: 2).Layout, BodyOf(encoder), name), name);

    private static WeightsImport Import(ParameterSet initial, IReadOnlyDictionary<string, Tensor> encoder) =>
        RequireWhole(NamedWeights.Load(initial, BodyOf(encoder), "encoder"), "encoder");

    /// <summary>Everything but the head, which is always new (docs/method.md, section 2).</summary>
    private static Dictionary<string, Tensor> BodyOf(IReadOnlyDictionary<string, Tensor> encoder) =>
        encoder.Where(pair => !pair.Key.StartsWith(Head, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);

    private static WeightsImport RequireWhole(WeightsImport report, string name)
    {
        string[] lacking = [.. report.Missing.Where(key => !key.StartsWith(Head, StringComparison.Ordinal))];
        return lacking.Length == 0
            ? report
            : throw new WeightsException(
                $"{name}: it lacks {lacking.Length} parameters of this model, the first {lacking[0]}: choose the recipe "
                    + $"(Model.*) it was trained with"
            );
    }

    private Tensor PlainLoss(Tensor pictures, Tensor classes, ActivationCheckpoints? checkpoints)
    {
        var targets = CrossEntropy.Smooth(classes, _model.Classes, _recipe.FineTuning.LabelSmoothing);
        return CrossEntropy.Soft(_model.Forward(_parameters.Compute, pictures, checkpoints), targets).mean();
    }

    private Tensor LossOfMixup(Tensor pictures, Tensor classes, double lambda, ActivationCheckpoints? checkpoints)
    {
        var logits = _model.Forward(_parameters.Compute, FaceMix.Mix(pictures, lambda), checkpoints);
        return FaceMix.MixedLoss(logits, classes, lambda, _recipe.FineTuning.LabelSmoothing).mean();
    }

    private StageLoss LossOfFaceMix(Tensor pictures, Tensor classes, double lambda, Tensor kappa, ActivationCheckpoints? checkpoints)
    {
        // One pass over mixed and unmixed pictures together: larger matrix products than two passes.
        var both = _model.Forward(_parameters.Compute, cat([FaceMix.Mix(pictures, lambda), pictures]), checkpoints).chunk(2); // 2 x [N, C]
        return _recipe.FineTuning.FaceMixLoss switch
        {
            FaceMixLoss.L4 => new(FaceMix.Loss(both[0], both[1], classes, lambda, kappa, _recipe.FineTuning.LabelSmoothing), kappa.mean()),
            var other => throw new NotSupportedException($"FaceMix's loss {other} is not known"),
        };
    }
}
