using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Models.Baselines;

/// <summary>
/// Means of a map's places in a grid of equal cells, which overlap where the sides do not divide (PyTorch's adaptive pooling): two
/// matrix products, so that libtorch and ONNX do the same whatever the sides.
/// </summary>
internal static class GridPooling
{
    /// <summary>What each cell takes of each place along a side, [cells, side]; rows sum to 1.</summary>
    public static float[] Weights(int side, int cells)
    {
        var weights = new float[cells * side];
        for (var cell = 0; cell < cells; cell++)
        {
            var first = cell * side / cells;
            var end = (((cell + 1) * side) + cells - 1) / cells;
            weights.AsSpan((cell * side) + first, end - first).Fill(1f / (end - first));
        }

        return weights;
    }

    /// <returns>[N, C, cells, cells] of a map [N, C, S, S].</returns>
    public static Tensor Forward(Tensor map, int cells)
    {
        var side = (int)map.shape[2];
        if (side == cells)
        {
            return map;
        }

        using var scope = NewDisposeScope();
        var weights = DeviceTransfer.ToDevice(Weights(side, cells), [cells, side], map.device).to(map.dtype);
        return weights.matmul(map).matmul(weights.t()).MoveToOuterDisposeScope();
    }
}
