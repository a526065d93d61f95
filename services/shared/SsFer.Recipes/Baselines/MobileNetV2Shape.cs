namespace SsFer.Recipes.Baselines;

/// <summary>MobileNetV2 (Sandler et al. 2018, table 2): inverted residuals, which expand channels, filter each and project them.</summary>
internal static class MobileNetV2Shape
{
    private const int StemWidth = 32;
    private const int LastWidth = 1280;

    private static readonly (int Expansion, int Width, int Blocks, int Stride)[] Levels =
    [
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    ];

    public static BaselineShape Of(int side)
    {
        var layers = new LayerSequence(channels: 3, side, new BatchNormRule()).Convolve(
            "features.0.0",
            StemWidth,
            kernel: 3,
            stride: 2,
            "features.0.1",
            NonLinearity.Relu6
        );
        var number = 1;
        foreach (var (expansion, width, blocks, stride) in Levels)
        {
            for (var i = 0; i < blocks; i++)
            {
                AddBlock(layers, $"features.{number++}.conv", expansion, width, i == 0 ? stride : 1);
            }
        }

        layers.Convolve($"features.{number}.0", LastWidth, kernel: 1, norm: $"features.{number}.1", then: NonLinearity.Relu6);
        return new BaselineShape
        {
            Map = layers.Layers,
            Channels = layers.Channels,
            MapSide = layers.Side,
            ReducedSide = layers.Side,
        };
    }

    private static void AddBlock(LayerSequence layers, string key, int expansion, int width, int stride)
    {
        var inside = layers.Branch();
        var at = 0;
        if (expansion > 1)
        {
            inside.Convolve($"{key}.0.0", expansion * layers.Channels, kernel: 1, norm: $"{key}.0.1", then: NonLinearity.Relu6);
            at++;
        }

        inside
            .ConvolveDepthwise($"{key}.{at}.0", kernel: 3, stride, $"{key}.{at}.1", NonLinearity.Relu6)
            .Convolve($"{key}.{at + 1}", width, kernel: 1, norm: $"{key}.{at + 2}");
        _ = stride == 1 && width == layers.Channels ? layers.Residual(inside) : layers.Follow(inside);
    }
}
