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

/// <summary>
/// A batch of stage three: labelled faces, and unlabelled ones as the teacher (weak) and as the student (strong) see them.
/// </summary>
public sealed record TeacherBatch(FaceBatch Labelled, FaceBatch Weak, FaceBatch Strong);

/// <summary>
/// Stage three: semi-supervised fine-tuning with an EMA teacher, or with the student as its own teacher, which is FixMatch
/// (docs/method.md, section 3; paper, section 3.4).
/// </summary>
public sealed class EmaTeacherTask : ITrainingTask<TeacherBatch>
{
    /// <summary>
    /// Shares of the unlabelled batch: pseudo-label kept; kept and the truth is known; kept and right. The last over the second is the
    /// pseudo-labels' accuracy.
    /// </summary>
    private static readonly string[] MetricNames = ["pseudoLabelsKept", "pseudoLabelsKnown", "pseudoLabelsRight"];

    private readonly Recipe _recipe;
    private readonly IFaceSource _labelled;
    private readonly IFaceSource _unlabelled;
    private readonly ComputeTarget _target;
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
    /// <param name="classifier">The last raw weights of stage two: student and teacher both start from them (ref).</param>
    /// <param name="target">Where to compute.</param>
    public EmaTeacherTask(
        Recipe recipe,
        IFaceSource labelled,
        IFaceSource unlabelled,
        int classes,
        IReadOnlyDictionary<string, Tensor> classifier,
        ComputeTarget target
    )
    {
        (_recipe, _labelled, _unlabelled, _target) = (recipe, labelled, unlabelled, target);
        var settings = recipe.EmaTeacher;
        _model = Networks.Create(recipe.Model, classes);
        using (var initial = ParameterSet.Initialised(_model.Layout, recipe.Seed))
        {
            var report = NamedWeights.Load(initial, classifier, "classifier");
            if (report.Missing.Count > 0)
            {
                throw new WeightsException($"classifier: it lacks {string.Join(", ", report.Missing)}");
            }

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
        State = TrainingState.Of(_student, _optimiser, _teacher);
    }

    public long TotalSteps { get; }

    public long StepsPerEpoch { get; }

    public int ImagesPerStep => _recipe.EmaTeacher.LabelledBatch + _recipe.EmaTeacher.UnlabelledBatch;

    public IReadOnlyList<StateTensor> State { get; }

    /// <summary>The product of the stage: the teacher's weights in fp32 (ours; the paper is silent).</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> TeacherWeights => NamedWeights.Of(_teacher);

    public IEnumerable<KeyValuePair<string, Tensor>> StudentWeights => NamedWeights.Of(_student.Master);

    public TeacherBatch Prepare(long step)
    {
        var settings = _recipe.EmaTeacher;
        var labelled = new (int, ViewKey)[settings.LabelledBatch];
        for (var i = 0; i < labelled.Length; i++)
        {
            var position = _labelledOrder.At((step * labelled.Length) + i);
            labelled[i] = (position.Index, new ViewKey(_recipe.Seed, position.Epoch, position.Index));
        }

        var unlabelled = _unlabelledBatches.At(step);
        return new TeacherBatch(
            FaceBatch.Render(_labelled, _weak, labelled),
            FaceBatch.Render(_unlabelled, _weak, unlabelled),
            FaceBatch.Render(_unlabelled, _strong, unlabelled)
        );
    }

    public StepResult Step(long step, TeacherBatch batch)
    {
        var device = _target.Device;
        Tensor labelled = batch.Labelled.PixelTensor(device),
            classes = batch.Labelled.ClassTensor(device);
        Tensor weak = batch.Weak.PixelTensor(device),
            strong = batch.Strong.PixelTensor(device),
            truth = batch.Weak.ClassTensor(device);
        var values = _gradient.Compute(
            (part, checkpoints) => Loss(part.Of(labelled), part.Of(classes), part.Of(weak), part.Of(strong), part.Of(truth), checkpoints)
        );
        var rate = _schedule.At(step);
        _optimiser.Step(_student, step + 1, rate);
        _student.Refresh();
        UpdateTeacher();
        return new StepResult(values, MetricNames, rate);
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
    }

    private StageLoss Loss(Tensor labelled, Tensor classes, Tensor weak, Tensor strong, Tensor truth, ActivationCheckpoints? checkpoints)
    {
        var settings = _recipe.EmaTeacher;
        var pseudo = PseudoLabels.From(TeacherLogits(weak), settings.Threshold);
        var logits = _model.Forward(_student.Compute, cat([labelled, strong]), checkpoints); // [Nl + Nu, C]
        var labelledLoss = CrossEntropy.Hard(logits.narrow(0, 0, labelled.shape[0]), classes).mean();
        var unlabelledLoss = pseudo.Loss(logits.narrow(0, labelled.shape[0], strong.shape[0]));
        return new StageLoss(labelledLoss.Plus(unlabelledLoss.Times(settings.UnlabelledWeight)), Measures(pseudo, truth));
    }

    private Tensor TeacherLogits(Tensor pictures)
    {
        using var noGrad = no_grad();
        return _model.Forward(_teacherCompute ?? _teacher, pictures);
    }

    private void UpdateTeacher()
    {
        switch (_recipe.EmaTeacher.Teacher)
        {
            case TeacherKind.Student:
                _teacher.CopyFrom(_student.Master); // FixMatch: eq. 1 with m = 0
                break;
            case TeacherKind.Ema:
                ExponentialMovingAverage.Update(_teacher, _student.Master, _recipe.EmaTeacher.EmaDecay);
                break;
            case var other:
                throw new NotSupportedException($"no teacher is known of the kind {other}");
        }

        _teacherCompute?.CopyFrom(_teacher);
    }

    private static Tensor[] Measures(PseudoLabels pseudo, Tensor truth)
    {
        using var noGrad = no_grad();
        var known = pseudo.Kept * truth.IsAtLeast(0).to(ScalarType.Float32);
        var right = known * pseudo.Classes.eq(truth).to(ScalarType.Float32);
        return [pseudo.Kept.mean(), known.mean(), right.mean()];
    }
}
