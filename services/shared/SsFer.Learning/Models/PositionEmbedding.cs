using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>Positions of patches: fixed 2-D sines and cosines, and their interpolation to another grid.</summary>
public static class PositionEmbedding
{
    /// <summary>
    /// 2-D sin-cos embedding of MAE, row-major [1 + grid², width] with zeros for the class token: the first half of a row encodes the
    /// patch's column, the second its row, each as sines then cosines of position / 10000^(i / (width/4)).
    /// </summary>
    public static float[] SinCos(int width, int grid)
    {
        var quarter = width / 4;
        var table = new float[(1 + (grid * grid)) * width];
        for (var row = 0; row < grid; row++)
        {
            for (var column = 0; column < grid; column++)
            {
                var token = table.AsSpan((1 + (row * grid) + column) * width, width);
                for (var i = 0; i < quarter; i++)
                {
                    var frequency = Math.Pow(10000, -(double)i / quarter);
                    token[i] = (float)Math.Sin(column * frequency);
                    token[quarter + i] = (float)Math.Cos(column * frequency);
                    token[(2 * quarter) + i] = (float)Math.Sin(row * frequency);
                    token[(3 * quarter) + i] = (float)Math.Cos(row * frequency);
                }
            }
        }

        return table;
    }

    /// <summary>
    /// Bicubic interpolation of the patch positions [1, 1 + g², D] to another grid; the class token's is kept (docs/method.md, section 2).
    /// </summary>
    public static Tensor Interpolate(Tensor positions, int grid)
    {
        var width = positions.shape[2];
        var from = (int)Math.Round(Math.Sqrt(positions.shape[1] - 1));
        if ((from * from) + 1 != positions.shape[1])
        {
            throw new ArgumentException(
                $"position embedding of shape [{string.Join(", ", positions.shape)}] is not a class token and a square grid"
            );
        }

        if (from == grid)
        {
            return positions.alias();
        }

        var patches = positions.narrow(1, 1, from * from).reshape(1, from, from, width).permute(0, 3, 1, 2); // [1, D, g, g]
        patches = nn.functional.interpolate(patches, size: [grid, grid], mode: InterpolationMode.Bicubic, align_corners: false);
        return cat([positions.narrow(1, 0, 1), patches.permute(0, 2, 3, 1).reshape(1, grid * grid, width)], 1); // [1, 1 + grid², D]
    }
}
