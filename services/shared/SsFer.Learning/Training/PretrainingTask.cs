using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Optimisation;
using SsFer.Learning.Sampling;
using SsFer.Learning.Tensors;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>A batch of stage one: faces, and what their masks derive from.</summary>
/// <param name="Faces">The pictures.</param>
/// <param name="Epoch">Epoch of the step.</param>
/// <param name="Samples">Key of each face, [N].</param>
/// <param name="Shuffle">The shuffled order of each one's patches, flat [N, L]; null where the device computes it.</param>
public sealed record MaskedBatch(FaceBatch Faces, long Epoch, long[] Samples, int[]? Shuffle);

/// <summary>Stage one: face reconstruction pre-training (docs/method.md, section 1; paper, section 3.2).</summary>
public sealed class PretrainingTask : ITrainingTask<MaskedBatch>
{
    private readonly Recipe _recipe;
    private readonly IFaceSource _faces;
    private readonly ComputeTarget _target;
    private readonly MaskedAutoencoder _model;
    private readonly TrainableParameters _parameters;
    private readonly GradientAccumulation _gradient;
    private readonly AdamW _optimiser;
    private readonly LearningRateSchedule _schedule;
    private readonly WeakView _view;
    private readonly EpochBatches _batches;
    private readonly int _visible;

    public PretrainingTask(Recipe recipe, IFaceSource faces, ComputeTarget target)
    {
        (_recipe, _faces, _target) = (recipe, faces, target);
        var settings = recipe.Pretraining;
        _model = new MaskedAutoencoder(recipe.Model, recipe.Decoder);
        using (var initial = ParameterSet.Initialised(_model.Layout, recipe.Seed))
        {
            _parameters = new TrainableParameters(initial, target.Type, target.Device, recipe.Execution.AccumulationSteps);
        }

        _gradient = new GradientAccumulation(_parameters, recipe.Execution);
        _optimiser = new AdamW(settings.Optimiser, _parameters);
        _view = new WeakView(recipe.Model.ImageSize, recipe.Normalisation, settings.Crop);
        _visible = MaskRatio.VisibleCount(recipe.Model.PatchCount, settings.MaskRatio);
        StepsPerEpoch = TrainingDuration.Epochs(1).ToSteps(faces.Count, settings.BatchSize);
        TotalSteps = TrainingDuration.Epochs(settings.Epochs).ToSteps(faces.Count, settings.BatchSize);
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

    public long TotalSteps { get; }

    public long StepsPerEpoch { get; }

    public int ImagesPerStep => _recipe.Pretraining.BatchSize;

    public IReadOnlyList<StateTensor> State { get; }

    /// <summary>The autoencoder's weights in fp32, encoder and decoder, under MAE's keys.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Weights => NamedWeights.Of(_parameters.Master);

    public MaskedBatch Prepare(long step)
    {
        var samples = _batches.At(step);
        var epoch = samples[0].Key.Epoch;
        var keys = Array.ConvertAll(samples, sample => sample.Key.Sample);
        var shuffle =
            _target.Device.type == DeviceType.CPU ? RandomMask.Shuffle(_recipe.Seed, epoch, keys, _recipe.Model.PatchCount) : null;
        return new MaskedBatch(FaceBatch.Render(_faces, _view, samples), epoch, keys, shuffle);
    }

    public StepResult Step(long step, MaskedBatch batch)
    {
        var rate = _schedule.At(step);
        var shuffle = Shuffle(batch); // [N, L]
        var pictures = batch.Faces.PixelTensor(_target.Device);
        var values = _gradient.Compute(
            (part, checkpoints) =>
                new(
                    _model.Loss(
                        _parameters.Compute,
                        part.Of(pictures),
                        part.Of(shuffle),
                        _visible,
                        _recipe.Pretraining.NormalisePixels,
                        checkpoints
                    )
                )
        );
        _optimiser.Step(_parameters, step + 1, rate);
        _parameters.Refresh();
        return new StepResult(values, [], rate);
    }

    public void Restored() => _parameters.Refresh();

    public void Dispose()
    {
        _optimiser.Dispose();
        _parameters.Dispose();
    }

    private Tensor Shuffle(MaskedBatch batch) =>
        batch.Shuffle is { } order
            ? DeviceTransfer.ToDevice(order, [batch.Faces.Count, _recipe.Model.PatchCount], _target.Device).to(ScalarType.Int64)
            : RandomMask.ShuffleOn(_target.Device, _recipe.Seed, batch.Epoch, batch.Samples, _recipe.Model.PatchCount);
}
