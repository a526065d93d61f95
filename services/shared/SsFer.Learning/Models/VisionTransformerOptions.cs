namespace SsFer.Learning.Models;

/// <summary>
/// Size of a vanilla ViT: side of the picture and of a patch in pixels, width of a token, number of blocks and of attention heads,
/// and width of the MLP as a multiple of the token's.
/// </summary>
public sealed record VisionTransformerOptions(int ImageSize, int PatchSize, int Width, int Depth, int Heads, double MlpRatio = 4)
{
    /// <summary>Patches along one side.</summary>
    public int Grid => ImageSize / PatchSize;

    /// <summary>L, the number of patches of a picture.</summary>
    public int PatchCount => Grid * Grid;

    /// <summary>Values of one patch, row, column, channel.</summary>
    public int PatchLength => PatchSize * PatchSize * 3;

    public int HiddenWidth => (int)(Width * MlpRatio);

    public VisionTransformerOptions Validated()
    {
        if (PatchSize <= 0 || ImageSize <= 0 || ImageSize % PatchSize != 0)
            throw new ArgumentException($"image size {ImageSize} is not a multiple of patch size {PatchSize}");
        if (Heads <= 0 || Width % Heads != 0)
            throw new ArgumentException($"width {Width} is not a multiple of {Heads} heads");
        if (Width % 4 != 0)
            throw new ArgumentException($"width {Width} is not a multiple of 4, which 2-D sin-cos positions need");
        return Depth > 0 ? this : throw new ArgumentException("a transformer needs at least one block");
    }
}

/// <summary>Size of the MAE decoder (method: linear to Width, Depth blocks of Heads heads, linear to patch² x 3).</summary>
public sealed record DecoderOptions(int Width, int Depth, int Heads);
