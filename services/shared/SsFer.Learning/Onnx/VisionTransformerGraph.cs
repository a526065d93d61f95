using SsFer.Learning.Models;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Onnx;

/// <summary>
/// The operators of <see cref="VisionTransformer"/> in the same order, on the same weights: what one computes the other does, to rounding.
/// Constants have timm's names; those that are used transposed or in part say so.
/// </summary>
internal sealed class VisionTransformerGraph(VisionTransformer model, ParameterSet parameters, OnnxGraph graph) : INetworkGraph
{
    private const float Epsilon = 1e-6f; // of every LayerNorm (docs/method.md, section 1)

    private readonly long _width = model.Options.Width;
    private readonly long _headWidth = model.Options.Width / model.Options.Heads;

    public string Logits(string normalised, string output)
    {
        var x = Tokens(normalised); // [N, 1 + L, D]
        for (var i = 0; i < model.Options.Depth; i++)
        {
            x = Block(x, $"blocks.{i}", firstTokenOnly: i == model.Options.Depth - 1);
        }

        var feature = graph.Node("Reshape", "feature", [LayerNorm(x, "norm"), graph.Shape(0, _width)]); // [N, D]
        return graph.Node("Gemm", output, [feature, Weight("head.weight"), Weight("head.bias")], OnnxAttribute.Of("transB", 1));
    }

    private string Tokens(string normalised)
    {
        var options = model.Options;
        var projected = graph.Node(
            "Conv",
            "patch_embed",
            [normalised, Weight("patch_embed.proj.weight"), Weight("patch_embed.proj.bias")],
            OnnxAttribute.Of("kernel_shape", [options.PatchSize, options.PatchSize]),
            OnnxAttribute.Of("strides", [options.PatchSize, options.PatchSize])
        ); // [N, D, g, g]
        var columns = graph.Node("Reshape", "patch_embed/columns", [projected, graph.Shape(0, _width, options.PatchCount)]); // [N, D, L]
        var patches = graph.Node("Transpose", "patch_embed/tokens", [columns], OnnxAttribute.Of("perm", [0, 2, 1])); // [N, L, D]
        var batch = graph.Node("Shape", "batch", [normalised], OnnxAttribute.Of("start", 0), OnnxAttribute.Of("end", 1));
        var shape = graph.Node("Concat", "cls_token/shape", [batch, graph.Shape(1, _width)], OnnxAttribute.Of("axis", 0));
        var token = graph.Node("Expand", "cls_token/all", [Weight("cls_token"), shape]); // [N, 1, D]
        var all = graph.Node("Concat", "tokens", [token, patches], OnnxAttribute.Of("axis", 1)); // [N, 1 + L, D]
        return graph.Node("Add", "tokens/placed", [all, Weight("pos_embed")]);
    }

    /// <summary>Pre-norm block; [N, T, D], or [N, 1, D] where only the first token's result is asked for.</summary>
    private string Block(string x, string key, bool firstTokenOnly)
    {
        var normed = LayerNorm(x, $"{key}.norm1");
        var attended = Attention(normed, $"{key}.attn", firstTokenOnly);
        var residual = graph.Node("Add", $"{key}/attended", [firstTokenOnly ? FirstToken(x, $"{key}/first") : x, attended]);
        var hidden = Linear(LayerNorm(residual, $"{key}.norm2"), $"{key}.mlp.fc1");
        var activated = graph.Node("Gelu", $"{key}.mlp/gelu", [hidden]); // the exact one: "approximate" is "none" unless told
        return graph.Node("Add", $"{key}/out", [residual, Linear(activated, $"{key}.mlp.fc2")]);
    }

    private string Attention(string x, string key, bool firstTokenOnly)
    {
        var parts = firstTokenOnly
            ?
            [
                Linear(FirstToken(x, $"{key}/first"), $"{key}.qkv", (0, _width)),
                .. Split(Linear(x, $"{key}.qkv", (_width, 2 * _width)), $"{key}/split", $"{key}/k", $"{key}/v"),
            ]
            : Split(Linear(x, $"{key}.qkv"), $"{key}/split", $"{key}/q", $"{key}/k", $"{key}/v");
        var (queries, keys, values) = (parts[0], parts[1], parts[2]); // [N, T, D], but [N, 1, D] for the first token's query
        var scale = graph.Constant("attn.scale", [(float)(1 / Math.Sqrt(_headWidth))]);
        var scaled = graph.Node("Mul", $"{key}/scaled", [Heads(queries, 0, 2, 1, 3), scale]); // [N, H, T, D/H]
        var scores = graph.Node("MatMul", $"{key}/scores", [scaled, Heads(keys, 0, 2, 3, 1)]); // [N, H, T, T]
        var weights = graph.Node("Softmax", $"{key}/weights", [scores], OnnxAttribute.Of("axis", -1));
        var mixed = graph.Node("MatMul", $"{key}/mixed", [weights, Heads(values, 0, 2, 1, 3)]); // [N, H, T, D/H]
        var tokens = graph.Node("Transpose", $"{key}/tokens", [mixed], OnnxAttribute.Of("perm", [0, 2, 1, 3])); // [N, T, H, D/H]
        return Linear(graph.Node("Reshape", $"{key}/joined", [tokens, graph.Shape(0, 0, _width)]), $"{key}.proj"); // [N, T, D]
    }

    private string Heads(string x, params long[] order)
    {
        var split = graph.Node("Reshape", $"{x}/heads", [x, graph.Shape(0, 0, model.Options.Heads, _headWidth)]); // [N, T, H, D/H]
        return graph.Node("Transpose", $"{x}/ordered", [split], OnnxAttribute.Of("perm", order));
    }

    private string[] Split(string x, string node, params string[] parts) =>
        graph.Nodes("Split", node, parts, [x], OnnxAttribute.Of("axis", -1), OnnxAttribute.Of("num_outputs", parts.Length));

    // Starts, ends, axes
    private string FirstToken(string x, string output) => graph.Node("Slice", output, [x, graph.Shape(0), graph.Shape(1), graph.Shape(1)]);

    private string LayerNorm(string x, string key) =>
        graph.Node(
            "LayerNormalization",
            key,
            [x, Weight($"{key}.weight"), Weight($"{key}.bias")],
            OnnxAttribute.Of("axis", -1),
            OnnxAttribute.Of("epsilon", Epsilon)
        );

    /// <summary>x Wᵀ + b, or only the outputs [start, start + count).</summary>
    private string Linear(string x, string key, (long Start, long Count)? rows = null)
    {
        var (weight, bias) = (Of($"{key}.weight"), Of($"{key}.bias"));
        var (start, count) = rows ?? (0, weight.shape[0]);
        var part = count == weight.shape[0] ? "" : $"[{start}:{start + count}]";
        var product = graph.Node(
            "MatMul",
            $"{key}{part}/product",
            [x, graph.Constant($"{key}.weight{part}.transposed", [weight.shape[1], count], () => weight.narrow(0, start, count).t())]
        );
        return graph.Node(
            "Add",
            $"{key}{part}",
            [product, graph.Constant($"{key}.bias{part}", [count], () => bias.narrow(0, start, count))]
        );
    }

    private string Weight(string key) => graph.Parameter(parameters, key);

    private Tensor Of(string key) => parameters.Find(key);
}
