using SsFer.Learning.Models;
using SsFer.Learning.Objectives.SemiSupervised;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Objectives.SemiSupervised;

/// <summary>
/// Networks whose logits are the pictures, so that a picture made of the logarithms of probabilities has these. The teacher, where it
/// differs, takes the classes in the reverse order. The auxiliary head repeats
/// the logits to as many outputs as an embedding has.
/// </summary>
internal sealed class LogarithmNetworks(bool teacherDiffers = false) : IStepNetworks
{
    /// <summary>Pictures [N, 2, 1, 1] of the probabilities of class 0.</summary>
    public static Tensor Pictures(double[] probabilities) =>
        tensor(
            probabilities.SelectMany(first => new[] { (float)Math.Log(first), (float)Math.Log(1 - first) }).ToArray(),
            [probabilities.Length, 2, 1, 1]
        );

    public NetworkOutput Student(Tensor pictures) => Outputs(pictures.flatten(1));

    public NetworkOutput Guess(Tensor pictures) => Outputs(pictures.detach().flatten(1));

    public Tensor Teacher(Tensor pictures)
    {
        var logits = Guess(pictures).Logits;
        return teacherDiffers ? logits.flip(1) : logits;
    }

    public Tensor GradientAt(Tensor pictures, Func<Tensor, Tensor> loss)
    {
        var leaf = pictures.detach().requires_grad_(true);
        return autograd.grad([loss(leaf.flatten(1))], [leaf])[0];
    }

    private static NetworkOutput Outputs(Tensor logits) => new(logits, logits.repeat(1, AuxiliaryHeads.EmbeddingWidth / logits.shape[1]));
}
