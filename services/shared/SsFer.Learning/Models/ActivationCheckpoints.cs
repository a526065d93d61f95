using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>
/// Activation checkpointing (Chen et al. 2016) of one forward and one backward pass: a block leaves its output behind and nothing
/// else; what lies inside is computed again when the backward pass gets there. The graph is cut behind every block and the parts'
/// backward passes are chained by hand, the last block first. A custom autograd function would need less of the caller, but its
/// callback runs inside libtorch's engine, where an exception (out of memory, say) ends the process.
/// </summary>
public sealed class ActivationCheckpoints
{
    private readonly Stack<(IBlock Block, ParameterSet Parameters, Tensor Input, Tensor Output)> _blocks = new();

    /// <summary>A block's output: a leaf, through which no gradient passes but by <see cref="Backward"/>.</summary>
    internal Tensor Forward(IBlock block, ParameterSet parameters, Tensor input)
    {
        using var noGrad = no_grad();
        var output = block.Forward(parameters, input);
        output.requires_grad_(true);
        _blocks.Push((block, parameters, input, output));
        return output;
    }

    /// <summary>
    /// Adds the gradients of <paramref name="loss"/> to those of the parameters, as its own backward pass would have, to the bit.
    /// </summary>
    public void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        loss.backward();
        while (_blocks.TryPop(out var cut))
        {
            using var scope = NewDisposeScope();
            using var pause = cut.Parameters.Statistics?.Pause(); // the first time has been counted
            // As far as the cut before, or through the whole graph before the first
            cut.Block.Forward(cut.Parameters, cut.Input).backward([cut.Output.grad!]);
            cut.Output.Dispose();
        }
    }
}
