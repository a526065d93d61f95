using SsFer.Learning.Models;
using SsFer.Learning.Objectives.SemiSupervised;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>Student and teacher of stage three, one network with two sets of weights.</summary>
/// <param name="model">The network.</param>
/// <param name="student">Weights that learn.</param>
/// <param name="teacher">Their average.</param>
/// <param name="checkpoints">Where activations are dropped and computed again.</param>
internal sealed class StepNetworks(ClassifierNetwork model, ParameterSet student, ParameterSet teacher, ActivationCheckpoints? checkpoints)
    : IStepNetworks
{
    public NetworkOutput Student(Tensor pictures)
    {
        var (logits, auxiliary) = model.ForwardWithAuxiliary(student, pictures, checkpoints);
        return new NetworkOutput(logits, auxiliary);
    }

    public NetworkOutput Guess(Tensor pictures)
    {
        using var noGrad = no_grad();
        using var pause = student.Statistics?.Pause();
        var (logits, auxiliary) = model.ForwardWithAuxiliary(student, pictures);
        return new NetworkOutput(logits, auxiliary);
    }

    public Tensor Teacher(Tensor pictures)
    {
        using var noGrad = no_grad();
        return model.Forward(teacher, pictures);
    }

    public Tensor GradientAt(Tensor pictures, Func<Tensor, Tensor> loss)
    {
        using var pause = student.Statistics?.Pause();
        var leaf = pictures.detach().requires_grad_(true);
        return autograd.grad([loss(model.Forward(student, leaf))], [leaf])[0].detach();
    }
}
