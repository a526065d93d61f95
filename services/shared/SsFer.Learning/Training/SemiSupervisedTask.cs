using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Objectives;
using SsFer.Learning.Objectives.SemiSupervised;
using SsFer.Learning.Optimisation;
using SsFer.Learning.Randomness;
using SsFer.Learning.Sampling;
using SsFer.Learning.Tensors;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>A batch of stage three.</summary>
/// <param name="Labelled">Weak views of labelled faces.</param>
/// <param name="Views">Views of unlabelled faces, as many as the method looks at.</param>
/// <param name="Faces">Which unlabelled faces they are.</param>
public sealed record SemiSupervisedBatch(FaceBatch Labelled, IReadOnlyList<FaceBatch> Views, long[] Faces);

/// <summary>
/// Stage three: semi-supervised fine-tuning with an EMA teacher (docs/method.md, section 3; paper, section 3.4), or by another method
/// on the same data, network, optimiser and average of the weights.
/// </summary>
public sealed class SemiSupervisedTask : ITrainingTask<SemiSupervisedBatch>
{
    private const string Head = "head.";

    private readonly Recipe _recipe;
    private readonly IFaceSource _labelled;
    private readonly IFaceSource _unlabelled;
    private readonly ComputeTarget _target;
    private readonly ISemiSupervisedObjective _objective;
    private readonly LogitAdjustment? _adjustment;
    private readonly ClassifierNetwork _model;
    private readonly TrainableParameters _student;
    private readonly ParameterSet _teacher;
    private readonly ParameterSet? _teacherCompute;
    private readonly GradientAccumulation _gradient;
    private readonly AdamW _optimiser;
    private readonly LearningRateSchedule _schedule;
    private readonly WeakView _weak;
    private readonly StrongView _strong;
    private readonly EndlessSampler _labelledOrder;
    private readonly EpochBatches _unlabelledBatches;

    /// <param name="recipe">Hyper-parameters.</param>
    /// <param name="labelled">The labelled faces.</param>
    /// <param name="unlabelled">The rest; where their class is known it serves only to measure the pseudo-labels.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="start">
    /// What student and teacher both start from: the last raw weights of stage two (ref). Methods other than the paper's may start
    /// from an encoder, whose head is new, or from null, which is from scratch.
    /// </param>
    /// <param name="target">Where to compute.</param>
    /// <exception cref="WeightsException">The weights to start from do not fit.</exception>
    public SemiSupervisedTask(
        Recipe recipe,
        IFaceSource labelled,
        IFaceSource unlabelled,
        int classes,
        IReadOnlyDictionary<string, Tensor>? start,
        ComputeTarget target
    )
    {
        (_recipe, _labelled, _unlabelled, _target) = (recipe, labelled, unlabelled, target);
        var settings = recipe.EmaTeacher;
        _objective = SemiSupervisedObjectives.Create(
            settings,
            new(
                classes,
                ClassShares.Of(labelled, classes),
                settings.LabelledBatch,
                settings.UnlabelledBatch,
                unlabelled.Count,
                target.Device
            )
        );
        _adjustment = LogitAdjustment.Of(settings.LogitAdjustment, labelled, classes, target.Device);
        _model = Networks.Create(recipe.Model, classes, _objective.Head);
        using (var initial = ParameterSet.Initialised(_model.Layout, recipe.Seed))
        {
            StartImport = Load(initial, start, settings.Method);
            _student = new TrainableParameters(initial, target.Type, target.Device, recipe.Execution.AccumulationSteps);
            _teacher = initial.CopyTo(ScalarType.Float32, target.Device, withGradients: false);
            _teacherCompute = target.Type == ScalarType.Float32 ? null : initial.CopyTo(target.Type, target.Device, withGradients: false);
        }

        _gradient = new GradientAccumulation(_student, recipe.Execution);
        _optimiser = new AdamW(settings.Optimiser, _student);
        _schedule = LearningRateSchedule.Constant(settings.LearningRate);
        _weak = new WeakView(recipe.Model.ImageSize, recipe.Normalisation, settings.Crop);
        _strong = new StrongView(recipe.Model.ImageSize, recipe.Normalisation, settings.Crop, settings.RandAugment);
        StepsPerEpoch = TrainingDuration.Epochs(1).ToSteps(unlabelled.Count, settings.UnlabelledBatch);
        TotalSteps = TrainingDuration.Epochs(settings.Epochs).ToSteps(unlabelled.Count, settings.UnlabelledBatch);
        _labelledOrder = new EndlessSampler(recipe.Seed, labelled.Count);
        // Samples of the two sets never share a key
        _unlabelledBatches = new EpochBatches(recipe.Seed, unlabelled.Count, settings.UnlabelledBatch, firstKey: labelled.Count);
        State = TrainingState.Of(_student, _optimiser, _teacher, _objective.Memory);
    }

    /// <summary>What was taken from the weights to start from; null when training starts from scratch.</summary>
    public WeightsImport? StartImport { get; }

    public long TotalSteps { get; }

    public long StepsPerEpoch { get; }

    public int ImagesPerStep => _recipe.EmaTeacher.LabelledBatch + _recipe.EmaTeacher.UnlabelledBatch;

    public IReadOnlyList<StateTensor> State { get; }

    /// <summary>The product of the stage: the teacher's weights in fp32 (ours; the paper is silent).</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> TeacherWeights => TrainingState.ClassifierOf(_teacher);

    public IEnumerable<KeyValuePair<string, Tensor>> StudentWeights => TrainingState.ClassifierOf(_student.Master);

    public SemiSupervisedBatch Prepare(long step)
    {
        var settings = _recipe.EmaTeacher;
        var labelled = new (int, ViewKey)[settings.LabelledBatch];
        for (var i = 0; i < labelled.Length; i++)
        {
            var position = _labelledOrder.At((step * labelled.Length) + i);
            labelled[i] = (position.Index, new ViewKey(_recipe.Seed, position.Epoch, position.Index));
        }

        var unlabelled = _unlabelledBatches.At(step);
        return new SemiSupervisedBatch(
            FaceBatch.Render(_labelled, _weak, labelled),
            [.. _objective.Views.Select(kind => Render(kind, unlabelled))],
            Array.ConvertAll(unlabelled, face => (long)face.Index)
        );
    }

    public StepResult Step(long step, SemiSupervisedBatch batch)
    {
        var device = _target.Device;
        Tensor labelled = batch.Labelled.PixelTensor(device),
            classes = batch.Labelled.ClassTensor(device),
            truth = batch.Views[0].ClassTensor(device),
            faces = DeviceTransfer.ToDevice(batch.Faces, [batch.Faces.Length], device);
        Tensor[] views = [.. batch.Views.Select(view => view.PixelTensor(device))];
        var weight = WeightOf(step);
        var values = _gradient.Compute(
            (part, checkpoints) =>
                _objective.Loss(
                    new SemiSupervisedStep
                    {
                        Number = step,
                        Networks = new StepNetworks(_model, _student.Compute, _teacherCompute ?? _teacher, checkpoints),
                        Labelled = part.Of(labelled),
                        Classes = part.Of(classes),
                        Views = [.. views.Select(part.Of)],
                        Faces = part.Of(faces),
                        Truth = part.Of(truth),
                        Weight = weight,
                        Adjustment = _adjustment,
                        Random = new CounterRandom(_recipe.Seed, RandomPurpose.SemiSupervisedStep, step),
                    }
                )
        );
        var rate = _schedule.At(step);
        _optimiser.Step(_student, step + 1, rate);
        _student.Refresh();
        UpdateTeacher(step);
        return new StepResult(values, _objective.Metrics, rate);
    }

    public void Restored()
    {
        _student.Refresh();
        _teacherCompute?.CopyFrom(_teacher);
    }

    public void Dispose()
    {
        _optimiser.Dispose();
        _teacherCompute?.Dispose();
        _teacher.Dispose();
        _student.Dispose();
        _adjustment?.Dispose();
        _objective.Dispose();
    }

    private static WeightsImport? Load(ParameterSet initial, IReadOnlyDictionary<string, Tensor>? start, SemiSupervisedMethod method)
    {
        if (start is null)
        {
            return method.StartsFromAnything()
                ? null
                : throw new WeightsException($"the method {method} needs a classifier to start from, and there is none");
        }

        var report = NamedWeights.Load(initial, start, "weights to start from");
        string[] lacking = [.. report.Missing.Where(key => !AuxiliaryHeads.Has(key) && !(method.StartsFromAnything() && IsOfHead(key)))];
        return lacking.Length == 0 ? report : throw new WeightsException($"classifier: it lacks {string.Join(", ", lacking)}");
    }

    private static bool IsOfHead(string key) => key.StartsWith(Head, StringComparison.Ordinal);

    /// <summary>Second views draw as the views of faces would that come after all others.</summary>
    private FaceBatch Render(ViewKind kind, (int Index, ViewKey Key)[] faces)
    {
        var isSecond = kind is ViewKind.SecondWeak or ViewKind.SecondStrong;
        IView view = kind is ViewKind.Weak or ViewKind.SecondWeak ? _weak : _strong;
        var all = _labelled.Count + _unlabelled.Count;
        return FaceBatch.Render(
            _unlabelled,
            view,
            isSecond ? Array.ConvertAll(faces, face => (face.Index, face.Key with { Sample = face.Key.Sample + all })) : faces
        );
    }

    /// <summary>mu of eq. 5, from 0 up to its value over the first steps where the recipe says so.</summary>
    private double WeightOf(long step)
    {
        var settings = _recipe.EmaTeacher;
        var ramp = settings.RampUp * TotalSteps;
        return step < ramp ? settings.UnlabelledWeight * (step / ramp) : settings.UnlabelledWeight;
    }

    /// <summary>m of eq. 1; of a method that may start at an untrained head the average is warmed up.</summary>
    private double DecayAt(long step)
    {
        var settings = _recipe.EmaTeacher;
        return settings.Method.StartsFromAnything() ? ExponentialMovingAverage.WarmedUp(settings.EmaDecay, step) : settings.EmaDecay;
    }

    private void UpdateTeacher(long step)
    {
        switch (_recipe.EmaTeacher.Teacher)
        {
            case TeacherKind.Student:
                _teacher.CopyFrom(_student.Master); // FixMatch: eq. 1 with m = 0
                break;
            case TeacherKind.Ema:
                ExponentialMovingAverage.Update(_teacher, _student.Master, DecayAt(step));
                break;
            case var other:
                throw new NotSupportedException($"no teacher is known of the kind {other}");
        }

        _teacherCompute?.CopyFrom(_teacher);
    }
}
