using System.ComponentModel.DataAnnotations;
using SsFer.Recipes.Baselines;

namespace SsFer.Recipes;

/// <summary>
/// The network: which kind it is, the picture it sees, and the numbers of its kind; those of other kinds are passed over.
/// </summary>
public sealed record ModelSettings
{
    [Source("paper 4.2: ViT"), OmittedAtDefault]
    public ModelKind Kind { get; init; }

    /// <summary>Side of the input in pixels.</summary>
    [Source("paper 4.2"), Range(8, 1024)]
    public int ImageSize { get; init; } = 224;

    /// <summary>Side of a patch in pixels; divides the image size.</summary>
    [Source("paper 4.2: ViT-Base"), Range(1, 256)]
    public int PatchSize { get; init; } = 16;

    /// <summary>Embedding dimension; a multiple of 4 (sin-cos positions) and of the heads.</summary>
    [Source("paper 4.2: ViT-Base"), Range(4, 8192)]
    public int Width { get; init; } = 768;

    [Source("paper 4.2: ViT-Base"), Range(1, 128)]
    public int Depth { get; init; } = 12;

    [Source("paper 4.2: ViT-Base"), Range(1, 128)]
    public int Heads { get; init; } = 12;

    /// <summary>Hidden width of the MLP over the embedding width.</summary>
    [Source("ViT (timm)"), Range(0.25, 16)]
    public double MlpRatio { get; init; } = 4;

    public ResNetSettings ResNet { get; init; } = new();

    /// <summary>Which baseline network; its numbers are those of its publication.</summary>
    [Source("paper, Tables 5, 6 and 9"), OmittedAtDefault]
    public BaselineKind Baseline { get; init; }

    public static ModelSettings Tiny { get; } = new() { Width = 192, Heads = 3 };

    public static ModelSettings Small { get; } = new() { Width = 384, Heads = 6 };

    public static ModelSettings Base { get; } = new();

    public static ModelSettings Large { get; } =
        new()
        {
            Width = 1024,
            Depth = 24,
            Heads = 16,
        };

    public static ModelSettings Huge { get; } =
        new()
        {
            PatchSize = 14,
            Width = 1280,
            Depth = 32,
            Heads = 16,
        };
}

/// <summary>What turns a picture into class logits. Only a ViT can be pre-trained by masked reconstruction.</summary>
public enum ModelKind
{
    /// <summary>The vanilla vision transformer of the paper.</summary>
    ViT,

    /// <summary>A compact residual network for small faces, without batch statistics (decision 19).</summary>
    ResNet,

    /// <summary>A published convolutional network to compare with (decision 27).</summary>
    Baseline,
}

/// <summary>
/// The compact residual network: a stem at full resolution, then levels that each halve the side and double the channels.
/// </summary>
public sealed record ResNetSettings
{
    /// <summary>Channels of the stem and of the first level; each further level has twice those of the one before.</summary>
    [Source("ours: decision 19"), Range(4, 1024), OmittedAtDefault]
    public int Width { get; init; } = 32;

    [Source("ours: decision 19"), Range(1, 6), OmittedAtDefault]
    public int Levels { get; init; } = 3;

    /// <summary>Residual blocks of a level; the first of them halves the side.</summary>
    [Source("ResNet-18 (He et al. 2016)"), Range(1, 64), OmittedAtDefault]
    public int Blocks { get; init; } = 2;
}

/// <summary>The decoder of stage one.</summary>
public sealed record DecoderSettings
{
    /// <summary>Embedding dimension; a multiple of 4 and of the heads.</summary>
    [Source("MAE"), Range(4, 8192)]
    public int Width { get; init; } = 512;

    [Source("MAE"), Range(1, 64)]
    public int Depth { get; init; } = 8;

    [Source("MAE"), Range(1, 128)]
    public int Heads { get; init; } = 16;
}

/// <summary>Per-channel statistics of the data in units of [0, 1]: x = (v / 255 - mean) / std, channels red, green, blue.</summary>
public sealed record Normalisation
{
    [Source("ref")]
    public IReadOnlyList<double> Mean { get; init; } = [0.588, 0.459, 0.402];

    [Source("ref")]
    public IReadOnlyList<double> Std { get; init; } = [0.228, 0.202, 0.190];
}
