using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>y = x Wᵀ + b. Keys: weight [out, in], bias [out].</summary>
internal sealed class Linear(ParameterLayout layout, string key, long inputs, long outputs, Initialisation? initialisation = null)
{
    private readonly ParameterSlot _weight = layout.Add(
        $"{key}.weight",
        [outputs, inputs],
        initialisation ?? Initialisation.XavierUniform(inputs, outputs)
    );
    private readonly ParameterSlot _bias = layout.Add($"{key}.bias", [outputs], Initialisation.Zeros);

    public Tensor Forward(ParameterSet parameters, Tensor x) => nn.functional.linear(x, parameters[_weight], parameters[_bias]);

    /// <summary>Only the outputs [start, start + count).</summary>
    public Tensor ForwardSlice(ParameterSet parameters, Tensor x, long start, long count) =>
        nn.functional.linear(x, parameters[_weight].narrow(0, start, count), parameters[_bias].narrow(0, start, count));
}

/// <summary>LayerNorm over the last dimension, eps 1e-6 (docs/method.md, section 1).</summary>
internal sealed class LayerNorm(ParameterLayout layout, string key, long width)
{
    private const double Epsilon = 1e-6;

    private readonly long[] _shape = [width];
    private readonly ParameterSlot _weight = layout.Add($"{key}.weight", [width], Initialisation.Ones);
    private readonly ParameterSlot _bias = layout.Add($"{key}.bias", [width], Initialisation.Zeros);

    public Tensor Forward(ParameterSet parameters, Tensor x) =>
        nn.functional.layer_norm(x, _shape, parameters[_weight], parameters[_bias], Epsilon);
}

/// <summary>Two linear layers with the exact GELU between.</summary>
internal sealed class Mlp(ParameterLayout layout, string key, long width, long hidden)
{
    private readonly Linear _fc1 = new(layout, $"{key}.fc1", width, hidden);
    private readonly Linear _fc2 = new(layout, $"{key}.fc2", hidden, width);

    public Tensor Forward(ParameterSet parameters, Tensor x) => _fc2.Forward(parameters, nn.functional.gelu(_fc1.Forward(parameters, x)));
}

/// <summary>Pre-norm transformer block: x + attention(norm1(x)), then x + mlp(norm2(x)).</summary>
internal sealed class Block(ParameterLayout layout, string key, long width, long heads, long hidden) : IBlock
{
    private readonly LayerNorm _norm1 = new(layout, $"{key}.norm1", width);
    private readonly Attention _attn = new(layout, $"{key}.attn", width, heads);
    private readonly LayerNorm _norm2 = new(layout, $"{key}.norm2", width);
    private readonly Mlp _mlp = new(layout, $"{key}.mlp", width, hidden);

    public Tensor Forward(ParameterSet parameters, Tensor x)
    {
        using var scope = NewDisposeScope(); // the graph keeps what its backward pass needs, until then; nothing else stays
        x = x.Plus(_attn.Forward(parameters, _norm1.Forward(parameters, x)));
        return x.Plus(_mlp.Forward(parameters, _norm2.Forward(parameters, x))).MoveToOuterDisposeScope();
    }

    /// <summary>Output of the block's first LayerNorm, [N, T, D].</summary>
    public Tensor Normalise(ParameterSet parameters, Tensor x) => _norm1.Forward(parameters, x);

    /// <summary>What the block makes of the first token, [N, 1, D]; all that a classifier reads of its last block.</summary>
    /// <param name="parameters">Weights.</param>
    /// <param name="x">Tokens, [N, T, D].</param>
    /// <param name="normalised">What <see cref="Normalise"/> makes of them.</param>
    public Tensor ForwardFirstToken(ParameterSet parameters, Tensor x, Tensor normalised)
    {
        using var scope = NewDisposeScope();
        var first = x.narrow(1, 0, 1).Plus(_attn.ForwardFirstToken(parameters, normalised));
        return first.Plus(_mlp.Forward(parameters, _norm2.Forward(parameters, first))).MoveToOuterDisposeScope();
    }
}
