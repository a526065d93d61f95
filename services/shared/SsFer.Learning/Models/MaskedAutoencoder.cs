using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>
/// Masked autoencoder (docs/method.md, section 1; He et al. 2022): the encoder sees only the visible patches, a light decoder
/// reconstructs the removed ones. Keys as in MAE. Tokens stay in shuffled order throughout, each carrying its own position, so
/// nothing has to be un-shuffled and the decoder's last layer runs on removed patches alone; attention does not depend on the order.
/// </summary>
public sealed class MaskedAutoencoder
{
    private readonly ParameterSlot _clsToken;
    private readonly ParameterSlot _posEmbed;
    private readonly PatchEmbedding _patchEmbed;
    private readonly Block[] _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _decoderEmbed;
    private readonly ParameterSlot _maskToken;
    private readonly ParameterSlot _decoderPosEmbed;
    private readonly Block[] _decoderBlocks;
    private readonly LayerNorm _decoderNorm;
    private readonly Linear _decoderPred;
    private readonly DecoderSettings _decoder;

    public MaskedAutoencoder(ModelSettings options, DecoderSettings decoder)
    {
        Options = ModelGeometry.Checked(options);
        _decoder = decoder;
        Layout = new ParameterLayout();
        _clsToken = Layout.Add("cls_token", [1, 1, options.Width], Initialisation.Normal(0.02));
        _posEmbed = Layout.Add(
            "pos_embed",
            [1, 1 + options.PatchCount, options.Width],
            Initialisation.Table(PositionEmbedding.SinCos(options.Width, options.Grid)),
            trainable: false
        );
        _maskToken = Layout.Add("mask_token", [1, 1, decoder.Width], Initialisation.Normal(0.02));
        _decoderPosEmbed = Layout.Add(
            "decoder_pos_embed",
            [1, 1 + options.PatchCount, decoder.Width],
            Initialisation.Table(PositionEmbedding.SinCos(decoder.Width, options.Grid)),
            trainable: false
        );
        _patchEmbed = new PatchEmbedding(Layout, "patch_embed", options);
        _blocks =
        [
            .. Enumerable
                .Range(0, options.Depth)
                .Select(i => new Block(Layout, $"blocks.{i}", options.Width, options.Heads, options.HiddenWidth)),
        ];
        _norm = new LayerNorm(Layout, "norm", options.Width);
        _decoderEmbed = new Linear(Layout, "decoder_embed", options.Width, decoder.Width);
        _decoderBlocks =
        [
            .. Enumerable
                .Range(0, decoder.Depth)
                .Select(i => new Block(Layout, $"decoder_blocks.{i}", decoder.Width, decoder.Heads, 4 * decoder.Width)),
        ];
        _decoderNorm = new LayerNorm(Layout, "decoder_norm", decoder.Width);
        _decoderPred = new Linear(Layout, "decoder_pred", decoder.Width, options.PatchLength);
        Layout.Seal();
    }

    public ModelSettings Options { get; }

    public ParameterLayout Layout { get; }

    /// <summary>
    /// Mean squared error on the removed patches against their pixels, a scalar in fp32.
    /// </summary>
    /// <param name="parameters">Weights.</param>
    /// <param name="pictures">Normalised pictures, [N, 3, S, S].</param>
    /// <param name="shuffle">A permutation of the patches per picture, [N, L] int64; its first <paramref name="visible"/> entries are
    /// seen.</param>
    /// <param name="visible">Number of patches the encoder sees.</param>
    /// <param name="normalise">Whether the target is normalised per patch.</param>
    /// <param name="checkpoints">Where activations are dropped and computed again; the backward pass is then theirs.</param>
    public Tensor Loss(
        ParameterSet parameters,
        Tensor pictures,
        Tensor shuffle,
        int visible,
        bool normalise = true,
        ActivationCheckpoints? checkpoints = null
    )
    {
        long n = pictures.shape[0],
            length = Options.PatchCount,
            removed = length - visible;
        if (visible <= 0 || removed <= 0)
        {
            throw new ArgumentException($"{visible} visible of {length} patches leave nothing to see or nothing to reconstruct");
        }

        var patches = PatchEmbedding.Patchify(pictures, Options).view(n * length, Options.PatchLength); // [N·L, p²·3]
        // [N, L], rows of the flattened patches
        var rows = shuffle.Plus(ScalarOperations.Multiples(n, length, shuffle.device).unsqueeze(1));
        var seen = patches.index_select(0, rows.narrow(1, 0, visible).reshape(-1)).view(n, visible, Options.PatchLength); // [N, K, p²·3]
        // [N, L-K, p²·3]
        var target = patches.index_select(0, rows.narrow(1, visible, removed).reshape(-1)).view(n, removed, Options.PatchLength);
        if (normalise)
        {
            target = NormalisePatches(target);
        }

        return (Reconstruct(parameters, seen, shuffle, visible, checkpoints).to(ScalarType.Float32) - target).Squared().mean();
    }

    /// <summary>Predicted pixels (normalised per patch) of the removed patches in shuffled order, [N, L-K, p²·3].</summary>
    public Tensor Reconstruct(ParameterSet parameters, Tensor seen, Tensor shuffle, int visible, ActivationCheckpoints? checkpoints = null)
    {
        var latent = Encode(parameters, seen, shuffle.narrow(1, 0, visible), checkpoints); // [N, 1 + K, D]
        long n = latent.shape[0],
            removed = Options.PatchCount - visible,
            width = _decoder.Width;
        var positions = parameters[_decoderPosEmbed];
        var known = _decoderEmbed.Forward(parameters, latent); // [N, 1 + K, Dd]
        var tokens = cat([known, parameters[_maskToken].expand(n, removed, width)], 1); // [N, 1 + L, Dd]
        var x = tokens.Plus(WithClassToken(positions, shuffle, width));
        foreach (var block in _decoderBlocks)
        {
            x = checkpoints?.Forward(block, parameters, x) ?? block.Forward(parameters, x);
        }

        return _decoderPred.Forward(parameters, _decoderNorm.Forward(parameters, x.narrow(1, 1 + visible, removed)));
    }

    /// <summary>Per-patch normalised pixels (x - mean) / sqrt(var + 1e-6) with the unbiased variance (paper, section 4.2).</summary>
    public static Tensor NormalisePatches(Tensor patches)
    {
        var mean = patches.mean([-1], keepdim: true);
        var variance = patches.var(-1, unbiased: true, keepdim: true);
        return (patches - mean) / variance.Plus(1e-6).sqrt();
    }

    private Tensor Encode(ParameterSet parameters, Tensor seen, Tensor order, ActivationCheckpoints? checkpoints)
    {
        var type = parameters.Flat.dtype;
        var n = seen.shape[0];
        var tokens = _patchEmbed.Forward(parameters, seen.to(type)); // [N, K, D]
        var x = cat([parameters[_clsToken].expand(n, 1, Options.Width), tokens], 1)
            .Plus(WithClassToken(parameters[_posEmbed], order, Options.Width)); // [N, 1 + K, D]
        foreach (var block in _blocks)
        {
            x = checkpoints?.Forward(block, parameters, x) ?? block.Forward(parameters, x);
        }

        return _norm.Forward(parameters, x);
    }

    /// <summary>Positions of the class token and of the patches in the given order, [N, 1 + K, width].</summary>
    private static Tensor WithClassToken(Tensor positions, Tensor order, long width)
    {
        long n = order.shape[0],
            k = order.shape[1];
        var patches = positions.view(-1, width).index_select(0, order.Plus(1L).reshape(-1)).view(n, k, width);
        return cat([positions.narrow(1, 0, 1).expand(n, 1, width), patches], 1);
    }
}
