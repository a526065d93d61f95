using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>
/// One stage of learning as a sequence of numbered steps. A step depends on the state before it and on its number alone, never on time,
/// thread or process; therefore a run that is stopped and resumed ends where an undisturbed one does.
/// </summary>
public interface ITrainingTask<TBatch> : IDisposable
{
    long TotalSteps { get; }

    long StepsPerEpoch { get; }

    /// <summary>Pictures that one step takes in, for rates.</summary>
    int ImagesPerStep { get; }

    /// <summary>All tensors that a checkpoint must hold. The loop reads and, on resume, overwrites them.</summary>
    IReadOnlyList<StateTensor> State { get; }

    /// <summary>Reads and augments the pictures of a step. Pure, and called on loader threads ahead of the step.</summary>
    TBatch Prepare(long step);

    /// <summary>Does step number <paramref name="step"/> (from 0) and returns its scalars without reading them back.</summary>
    StepResult Step(long step, TBatch batch);

    /// <summary>To be called after <see cref="State"/> was overwritten.</summary>
    void Restored();
}

/// <summary>One tensor of a training state: the checkpoint file it goes to and its name there.</summary>
public sealed record StateTensor(string File, string Name, Tensor Tensor);

/// <summary>
/// Scalars of one step, still on the device: the loss and further values under <see cref="Names"/>, all in <see cref="Values"/> [1 +
/// names].
/// </summary>
public sealed record StepResult(Tensor Values, IReadOnlyList<string> Names, double LearningRate);

/// <summary>The loss of a step, or what it left behind, is not a finite number.</summary>
/// <param name="step">The step, from 0.</param>
/// <param name="what">What is not finite: "the loss is NaN".</param>
public sealed class TrainingDivergedException(long step, string what)
    : UserFacingException(
        $"training diverged at step {step}: {what}. Lower the learning rate, or use fp32 (--set Execution.Precision=Fp32)"
    )
{
    public long Step { get; } = step;
}
