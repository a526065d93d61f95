using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Objectives;
using SsFer.Learning.Optimisation;
using SsFer.Learning.Sampling;
using SsFer.Learning.Similarity;
using SsFer.Learning.Tensors;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>A batch of stage two.</summary>
/// <param name="Faces">N faces.</param>
/// <param name="Targets">What they are, distributions over the classes, [N, C].</param>
/// <param name="Lambda">Of the batch.</param>
/// <param name="Kappa">Of each pair, [N], from the boxes; where pixels are compared instead, the step computes it.</param>
public sealed record MixedBatch(FaceBatch Faces, float[] Targets, double Lambda, float[] Kappa);

/// <summary>Stage two: supervised fine-tuning, plain, with Mixup or with FaceMix (docs/method.md, section 2; paper, section 3.3).</summary>
public sealed class FineTuningTask : ITrainingTask<MixedBatch>
{
    /// <summary>Mean kappa of the pairs as trained on: of boxes or pixels after crop and flip.</summary>
    private static readonly string[] FaceMixMetrics = ["kappa"];

    private const string Head = "head.";

    private readonly Recipe _recipe;
    private readonly IFaceSource _faces;
    private readonly ComputeTarget _target;
    private readonly ClassifierNetwork _model;
    private readonly TrainableParameters _parameters;
    private readonly ParameterSet? _average;
    private readonly GradientAccumulation _gradient;
    private readonly AdamW _optimiser;
    private readonly LearningRateSchedule _schedule;
    private readonly IView _view;
    private readonly IPictureSimilarity? _similarity;
    private readonly LogitAdjustment? _adjustment;
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
        _model = Networks.Create(recipe.Model, classes);
        using (var initial = ParameterSet.Initialised(_model.Layout, recipe.Seed))
        {
            EncoderImport = encoder is null ? null : Import(initial, encoder);
            _parameters = new TrainableParameters(initial, target.Type, target.Device, recipe.Execution.AccumulationSteps);
            _average = settings.WeightAverage > 0 ? initial.CopyTo(ScalarType.Float32, target.Device, withGradients: false) : null;
        }

        _gradient = new GradientAccumulation(_parameters, recipe.Execution);
        _optimiser = new AdamW(settings.Optimiser, _parameters);
        _view = ViewOf(recipe);
        _adjustment = LogitAdjustment.Of(settings.LogitAdjustment, faces, classes, target.Device);
        _similarity = settings.Mixing == MixingKind.FaceMix ? PictureSimilarities.Create(settings.Similarity) : null;
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
        State = TrainingState.Averaged(_parameters, _optimiser, _average);
    }

    /// <summary>What was taken from the encoder; null when training starts from scratch.</summary>
    public WeightsImport? EncoderImport { get; }

    public long TotalSteps { get; }

    public long StepsPerEpoch { get; }

    public int ImagesPerStep => _recipe.FineTuning.BatchSize;

    public IReadOnlyList<StateTensor> State { get; }

    /// <summary>The classifier's weights in fp32 under their keys: the average where one is kept.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Weights => NamedWeights.Of(_average ?? _parameters.Master);

    public MixedBatch Prepare(long step)
    {
        var settings = _recipe.FineTuning;
        var samples = _batches.At(step);
        var faces = FaceBatch.Render(_faces, _view, samples);
        var targets = FaceTargets.Of(_faces, Array.ConvertAll(samples, sample => sample.Index), _model.Classes, settings.Targets);
        var kappa = new float[faces.Count];
        FaceMixPairing.Kappa(faces.Boxes, kappa);
        return new MixedBatch(faces, targets, FaceMixPairing.Lambda(_recipe.Seed, step, settings.MixAlpha), kappa);
    }

    public StepResult Step(long step, MixedBatch batch)
    {
        var rate = _schedule.At(step);
        var device = _target.Device;
        Tensor pictures = batch.Faces.PixelTensor(device),
            targets = DeviceTransfer.ToDevice(batch.Targets, [batch.Faces.Count, _model.Classes], device),
            kappa = _similarity is null
                ? DeviceTransfer.ToDevice(batch.Kappa, [batch.Kappa.Length], device)
                : PairSimilarity.Kappa(_similarity, PixelNormalisation.Restore(pictures, _recipe.Normalisation));
        var values = _gradient.Compute(
            (part, checkpoints) =>
                _recipe.FineTuning.Mixing switch
                {
                    MixingKind.None => new(PlainLoss(part.Of(pictures), part.Of(targets), checkpoints)),
                    MixingKind.Mixup => new(LossOfMixup(part.OfPairs(pictures), part.OfPairs(targets), batch.Lambda, checkpoints)),
                    MixingKind.FaceMix => LossOfFaceMix(
                        part.OfPairs(pictures),
                        part.OfPairs(targets),
                        batch.Lambda,
                        part.OfPairs(kappa),
                        checkpoints
                    ),
                    var other => throw new NotSupportedException($"no loss is known for the mixing {other}"),
                }
        );
        _optimiser.Step(_parameters, step + 1, rate);
        _parameters.Refresh();
        if (_average is not null)
        {
            ExponentialMovingAverage.Update(
                _average,
                _parameters.Master,
                ExponentialMovingAverage.WarmedUp(_recipe.FineTuning.WeightAverage, step)
            );
        }

        return new StepResult(values, _recipe.FineTuning.Mixing == MixingKind.FaceMix ? FaceMixMetrics : [], rate);
    }

    public void Restored() => _parameters.Refresh();

    public void Dispose()
    {
        _adjustment?.Dispose();
        _optimiser.Dispose();
        _average?.Dispose();
        _parameters.Dispose();
    }

    /// <summary>Whether a classifier of this model can start from an encoder.</summary>
    /// <param name="model">The model.</param>
    /// <param name="encoder">Weights under timm's keys.</param>
    /// <param name="name">Names them in errors.</param>
    /// <exception cref="WeightsException">A parameter is missing or of another shape.</exception>
    public static void RequireEncoder(ModelSettings model, IReadOnlyDictionary<string, Tensor> encoder, string name) =>
        RequireWhole(NamedWeights.Check(Networks.Create(model, classes: 2).Layout, BodyOf(encoder), name), name);

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

    /// <summary>RandAugment comes after crop and flip, as in stage three.</summary>
    private static IView ViewOf(Recipe recipe)
    {
        var settings = recipe.FineTuning;
        var size = recipe.Model.ImageSize;
        if (settings.RandAugmentOperations == 0)
        {
            return new WeakView(size, recipe.Normalisation, settings.Crop);
        }

        var operations = new RandAugmentSettings { Operations = settings.RandAugmentOperations, Magnitude = settings.RandAugmentMagnitude };
        return new StrongView(size, recipe.Normalisation, settings.Crop, operations);
    }

    /// <summary>As the losses read them.</summary>
    private Tensor Logits(Tensor pictures, ActivationCheckpoints? checkpoints)
    {
        var logits = _model.Forward(_parameters.Compute, pictures, checkpoints);
        return _adjustment?.Apply(logits) ?? logits;
    }

    private Tensor PlainLoss(Tensor pictures, Tensor targets, ActivationCheckpoints? checkpoints)
    {
        var smoothed = CrossEntropy.Smooth(targets, _recipe.FineTuning.LabelSmoothing);
        return CrossEntropy.Soft(Logits(pictures, checkpoints), smoothed).mean();
    }

    private Tensor LossOfMixup(Tensor pictures, Tensor targets, double lambda, ActivationCheckpoints? checkpoints)
    {
        var logits = Logits(FaceMix.Mix(pictures, lambda), checkpoints);
        return FaceMix.MixedLoss(logits, targets, lambda, _recipe.FineTuning.LabelSmoothing).mean();
    }

    private StageLoss LossOfFaceMix(Tensor pictures, Tensor targets, double lambda, Tensor kappa, ActivationCheckpoints? checkpoints)
    {
        // One pass over mixed and unmixed pictures together: larger matrix products than two passes.
        var both = Logits(cat([FaceMix.Mix(pictures, lambda), pictures]), checkpoints).chunk(2); // 2 x [N, C]
        var mixed = FaceMix.MixedLoss(both[0], targets, lambda, _recipe.FineTuning.LabelSmoothing);
        return new(FaceMix.Loss(mixed, CrossEntropy.Soft(both[1], targets), kappa, _recipe.FineTuning.FaceMixLoss), kappa.mean());
    }
}
