using static TorchSharp.torch;

namespace SsFer.Learning.Similarity;

/// <summary>
/// Filters along rows and columns as products with banded matrices: for pictures of this size as fast as a convolution, and libtorch says
/// nothing of a library for convolutions that it cannot load.
/// </summary>
internal static class Band
{
    /// <summary>Applies weights down the columns and others along the rows.</summary>
    /// <param name="planes">[N, 1, S, S].</param>
    /// <param name="down">Weights of neighbouring rows.</param>
    /// <param name="along">As many, of neighbouring columns.</param>
    /// <param name="padded">Whether what lies outside counts as zero; else only the places where all weights lie inside are kept.</param>
    /// <returns>[N, 1, S, S], or [N, 1, S − K + 1, S − K + 1] for K weights.</returns>
    public static Tensor Apply(Tensor planes, float[] down, float[] along, bool padded)
    {
        using var scope = NewDisposeScope();
        var side = (int)planes.shape[^1];
        return Matrix(down).matmul(planes).matmul(Matrix(along).transpose(0, 1)).MoveToOuterDisposeScope();

        Tensor Matrix(float[] weights) => tensor(Rows(weights, side, padded)).to(planes.dtype).to(planes.device);
    }

    private static float[,] Rows(float[] weights, int side, bool padded)
    {
        var before = padded ? weights.Length / 2 : 0;
        var rows = new float[padded ? side : side - weights.Length + 1, side];
        for (var row = 0; row < rows.GetLength(0); row++)
        {
            for (var i = 0; i < weights.Length; i++)
            {
                if (row + i - before is var column && column >= 0 && column < side)
                {
                    rows[row, column] = weights[i];
                }
            }
        }

        return rows;
    }
}
