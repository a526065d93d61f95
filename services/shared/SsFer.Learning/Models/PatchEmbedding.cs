using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>Linear projection of patches. Stored as timm's convolution, [D, 3, p, p]; computed as a matrix product.</summary>
internal sealed class PatchEmbedding(ParameterLayout layout, string key, ModelSettings options)
{
    private readonly ParameterSlot _weight = layout.Add(
        $"{key}.proj.weight",
        [options.Width, 3, options.PatchSize, options.PatchSize],
        Initialisation.XavierUniform(options.PatchLength, options.Width)
    );

    private readonly ParameterSlot _bias = layout.Add($"{key}.proj.bias", [options.Width], Initialisation.Zeros);

    /// <summary>Cuts pictures [N, 3, S, S] into patches [N, L, p²·3], values in the order row, column, channel.</summary>
    public static Tensor Patchify(Tensor pictures, ModelSettings options)
    {
        long n = pictures.shape[0],
            grid = options.Grid,
            patch = options.PatchSize;
        if (pictures.shape is not [_, 3, var height, var width] || height != options.ImageSize || width != options.ImageSize)
        {
            throw new ArgumentException(
                $"expected pictures [N, 3, {options.ImageSize}, {options.ImageSize}], got [{string.Join(", ", pictures.shape)}]"
            );
        }

        // [N, L, p²·3]
        return pictures.view(n, 3, grid, patch, grid, patch).permute(0, 2, 4, 3, 5, 1).reshape(n, grid * grid, patch * patch * 3);
    }

    /// <summary>Projects patches [..., p²·3] to tokens [..., D].</summary>
    public Tensor Forward(ParameterSet parameters, Tensor patches)
    {
        var weight = parameters[_weight].permute(0, 2, 3, 1).reshape(options.Width, options.PatchLength); // [D, p²·3]
        return nn.functional.linear(patches, weight, parameters[_bias]);
    }
}
