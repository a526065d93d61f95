using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>What a network has beside the classifier while a method trains it; no trained model holds it.</summary>
public enum AuxiliaryHead
{
    None,

    /// <summary>By how many quarters a picture was turned: one linear layer to four logits (ReMixMatch, section 3.2).</summary>
    Rotation,

    /// <summary>Two layers to an embedding of 64 values (CoMatch, section 3.1; CCSSL).</summary>
    Embedding,
}

/// <summary>The layers of an <see cref="AuxiliaryHead"/>. Keys: auxiliary.*.</summary>
internal sealed class AuxiliaryHeads
{
    public const int EmbeddingWidth = 64;

    private const string Prefix = "auxiliary.";
    private const int Turns = 4;

    private readonly Linear[] _layers;

    /// <param name="layout">Receives the parameters.</param>
    /// <param name="head">Which.</param>
    /// <param name="features">Width of what the classifier reads.</param>
    public AuxiliaryHeads(ParameterLayout layout, AuxiliaryHead head, long features) =>
        _layers = head switch
        {
            AuxiliaryHead.None => [],
            AuxiliaryHead.Rotation => [new Linear(layout, $"{Prefix}rotation", features, Turns)],
            AuxiliaryHead.Embedding =>
            [
                new Linear(layout, $"{Prefix}embedding.0", features, features),
                new Linear(layout, $"{Prefix}embedding.1", features, EmbeddingWidth),
            ],
            _ => throw new NotSupportedException($"no auxiliary head is known of the kind {head}"),
        };

    /// <summary>Whether a parameter belongs to such a head.</summary>
    public static bool Has(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>[N, outputs] in fp32 of features [N, F]; null where there is no head.</summary>
    public Tensor? Forward(ParameterSet parameters, Tensor features)
    {
        if (_layers.Length == 0)
        {
            return null;
        }

        var x = _layers[0].Forward(parameters, features);
        foreach (var layer in _layers.AsSpan(1))
        {
            x = layer.Forward(parameters, nn.functional.relu(x));
        }

        return x.to(ScalarType.Float32);
    }
}
