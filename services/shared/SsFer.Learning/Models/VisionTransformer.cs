using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>
/// Vanilla ViT classifier on the class token after the final LayerNorm (docs/method.md, section 2). Keys as in timm:
/// cls_token, pos_embed, patch_embed.proj, blocks.N.*, norm, head.
/// </summary>
public sealed class VisionTransformer : ClassifierNetwork
{
    private readonly ParameterSlot _clsToken;
    private readonly ParameterSlot _posEmbed;
    private readonly PatchEmbedding _patchEmbed;
    private readonly Block[] _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _head;

    public VisionTransformer(ModelSettings options, int classes, AuxiliaryHead head = AuxiliaryHead.None)
        : base(ModelGeometry.Checked(options), classes)
    {
        _clsToken = Layout.Add("cls_token", [1, 1, options.Width], Initialisation.Normal(0.02));
        _posEmbed = Layout.Add(
            "pos_embed",
            [1, 1 + options.PatchCount, options.Width],
            Initialisation.Table(PositionEmbedding.SinCos(options.Width, options.Grid))
        );
        _patchEmbed = new PatchEmbedding(Layout, "patch_embed", options);
        _blocks =
        [
            .. Enumerable
                .Range(0, options.Depth)
                .Select(i => new Block(Layout, $"blocks.{i}", options.Width, options.Heads, options.HiddenWidth)),
        ];
        _norm = new LayerNorm(Layout, "norm", options.Width);
        _head = new Linear(Layout, "head", options.Width, classes);
        Seal(head, options.Width);
    }

    public override int FeatureGrid => Options.Grid;

    public override long MultiplyAdds => ModelCost.LinearMultiplyAdds(Options, Classes);

    /// <summary>The class token after the final LayerNorm.</summary>
    private protected override Tensor Features(ParameterSet parameters, Tensor pictures, ActivationCheckpoints? checkpoints)
    {
        var tokens = ForwardToLastBlock(parameters, pictures, checkpoints);
        using var normalised = NormaliseForLastBlock(parameters, tokens);
        return FeaturesOfLastBlock(parameters, tokens, normalised);
    }

    private protected override Tensor Logits(ParameterSet parameters, Tensor features) => _head.Forward(parameters, features);

    /// <summary>
    /// At the output of the last block's first LayerNorm, the last place where a patch still has a say: after it the classifier reads
    /// the class token alone.
    /// </summary>
    internal override FeatureCut CutAtFeatures(ParameterSet parameters, Tensor pictures)
    {
        var tokens = ForwardToLastBlock(parameters, pictures);
        return new(
            NormaliseForLastBlock(parameters, tokens), // [N, 1 + L, D]
            normalised => ForwardLastBlock(parameters, tokens, normalised),
            values => values.narrow(1, 1, Options.PatchCount) // without the class token
        );
    }

    /// <summary>Tokens that enter the last block, [N, 1 + L, D].</summary>
    internal Tensor ForwardToLastBlock(ParameterSet parameters, Tensor pictures, ActivationCheckpoints? checkpoints = null)
    {
        var type = parameters.Flat.dtype;
        var n = pictures.shape[0];
        var tokens = _patchEmbed.Forward(parameters, PatchEmbedding.Patchify(pictures, Options).to(type)); // [N, L, D]
        var x = cat([parameters[_clsToken].expand(n, 1, Options.Width), tokens], 1).Plus(parameters[_posEmbed]); // [N, 1 + L, D]
        foreach (var block in _blocks.AsSpan(0, _blocks.Length - 1))
        {
            x = checkpoints?.Forward(block, parameters, x) ?? block.Forward(parameters, x);
        }

        return x;
    }

    /// <summary>Output of the last block's first LayerNorm, [N, 1 + L, D]: where Grad-CAM looks (docs/method.md, section 4).</summary>
    internal Tensor NormaliseForLastBlock(ParameterSet parameters, Tensor tokens) => _blocks[^1].Normalise(parameters, tokens);

    /// <summary>Logits [N, classes] in the type of the parameters.</summary>
    internal Tensor ForwardLastBlock(ParameterSet parameters, Tensor tokens, Tensor normalised) =>
        Logits(parameters, FeaturesOfLastBlock(parameters, tokens, normalised));

    private Tensor FeaturesOfLastBlock(ParameterSet parameters, Tensor tokens, Tensor normalised) =>
        _norm.Forward(parameters, _blocks[^1].ForwardFirstToken(parameters, tokens, normalised)).squeeze(1); // [N, D]
}
