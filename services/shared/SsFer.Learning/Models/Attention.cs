using SsFer.Learning.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>Multi-head self-attention with one fused projection for queries, keys and values.</summary>
internal sealed class Attention(ParameterLayout layout, string key, long width, long heads)
{
    /// <summary>
    /// Attention weights computed at a time on the CPU, in bytes: what stays in the cache between the three calls that make,
    /// normalise and use them. Twice as fast, both ways, as all pictures at once at 197 tokens; smaller sequences fit as a whole.
    /// </summary>
    private const long CachedWeights = 3 << 20;

    private readonly Linear _qkv = new(layout, $"{key}.qkv", width, 3 * width);
    private readonly Linear _proj = new(layout, $"{key}.proj", width, width);

    /// <param name="parameters">Weights.</param>
    /// <param name="x">Tokens, [N, T, D].</param>
    public Tensor Forward(ParameterSet parameters, Tensor x) => _proj.Forward(parameters, Attend(_qkv.Forward(parameters, x), heads));

    /// <summary>Attention between the two projections.</summary>
    /// <param name="packed">Queries, keys and values, [N, T, 3D].</param>
    /// <param name="heads">H.</param>
    /// <returns>[N, T, D].</returns>
    internal static Tensor Attend(Tensor packed, long heads)
    {
        var t = packed.shape[1];
        var chunk =
            packed.device_type == DeviceType.CPU ? Math.Max(1, CachedWeights / (heads * t * t * packed.element_size())) : packed.shape[0];
        return chunk >= packed.shape[0]
            ? AttendAtOnce(packed, heads)
            : cat([.. packed.split(chunk).Select(part => AttendAtOnce(part, heads))]);
    }

    /// <summary>Attention as the first token sees it, [N, 1, D]: the other queries are never computed.</summary>
    public Tensor ForwardFirstToken(ParameterSet parameters, Tensor x)
    {
        long n = x.shape[0],
            t = x.shape[1];
        // [N, H, 1, D/H]
        var q = _qkv.ForwardSlice(parameters, x.narrow(1, 0, 1), 0, width).view(n, 1, heads, width / heads).transpose(1, 2);
        // 2 x [N, H, T, D/H]
        var kv = _qkv.ForwardSlice(parameters, x, width, 2 * width).view(n, t, 2, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
        return _proj.Forward(parameters, Attend(q, kv[0], kv[1]).transpose(1, 2).reshape(n, 1, width)); // [N, 1, D]
    }

    private static Tensor AttendAtOnce(Tensor packed, long heads)
    {
        long n = packed.shape[0],
            t = packed.shape[1],
            width = packed.shape[2] / 3;
        var qkv = packed.view(n, t, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0); // 3 x [N, H, T, D/H]
        return Attend(qkv[0], qkv[1], qkv[2]).transpose(1, 2).reshape(n, t, width); // [N, T, D]
    }

    private static Tensor Attend(Tensor q, Tensor k, Tensor v)
    {
        // On the CPU the fused kernel's bf16 backward pass takes two to three times as long as these three calls; on a GPU it is the
        // other way round.
        if (q.device_type != DeviceType.CPU)
        {
            return nn.functional.scaled_dot_product_attention(q, k, v);
        }

        var scores = q.Times(1 / Math.Sqrt(q.shape[^1])).matmul(k.transpose(-2, -1)); // [N, H, T, T]
        return nn.functional.softmax(scores, -1).matmul(v); // [N, H, T, D/H]
    }
}
