using System.ComponentModel.DataAnnotations;

namespace SsFer.Recipes;

/// <summary>The vanilla ViT encoder.</summary>
public sealed record ModelSettings
{
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
