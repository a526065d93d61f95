namespace SsFer.Recipes.Baselines;

/// <summary>MobileNetV3 (Howard et al. 2019, table 1).</summary>
internal static class MobileNetV3Shape
{
    private const int StemWidth = 16;
    private const int LastExpansion = 6;
    private const int DenseWidth = 1280;

    private static readonly Block[] LargeBlocks =
    [
        new(3, 16, 16, false, NonLinearity.Relu, 1),
        new(3, 64, 24, false, NonLinearity.Relu, 2),
        new(3, 72, 24, false, NonLinearity.Relu, 1),
        new(5, 72, 40, true, NonLinearity.Relu, 2),
        new(5, 120, 40, true, NonLinearity.Relu, 1),
        new(5, 120, 40, true, NonLinearity.Relu, 1),
        new(3, 240, 80, false, NonLinearity.HardSwish, 2),
        new(3, 200, 80, false, NonLinearity.HardSwish, 1),
        new(3, 184, 80, false, NonLinearity.HardSwish, 1),
        new(3, 184, 80, false, NonLinearity.HardSwish, 1),
        new(3, 480, 112, true, NonLinearity.HardSwish, 1),
        new(3, 672, 112, true, NonLinearity.HardSwish, 1),
        new(5, 672, 160, true, NonLinearity.HardSwish, 2),
        new(5, 960, 160, true, NonLinearity.HardSwish, 1),
        new(5, 960, 160, true, NonLinearity.HardSwish, 1),
    ];

    public static BaselineShape Large(int side)
    {
        var layers = new LayerSequence(channels: 3, side, new BatchNormRule(Epsilon: 1e-3, Momentum: 0.01)).Convolve(
            "features.0.0",
            StemWidth,
            kernel: 3,
            stride: 2,
            "features.0.1",
            NonLinearity.HardSwish
        );
        for (var i = 0; i < LargeBlocks.Length; i++)
        {
            LargeBlocks[i].AddTo(layers, $"features.{i + 1}.block");
        }

        var last = $"features.{LargeBlocks.Length + 1}";
        layers.Convolve($"{last}.0", LastExpansion * layers.Channels, kernel: 1, norm: $"{last}.1", then: NonLinearity.HardSwish);
        return new BaselineShape
        {
            Map = layers.Layers,
            Channels = layers.Channels,
            MapSide = layers.Side,
            ReducedSide = layers.Side,
            Dense = [new("classifier.0", layers.Channels, DenseWidth, NonLinearity.HardSwish)],
        };
    }

    private sealed record Block(int Kernel, int Expanded, int Width, bool Squeezes, NonLinearity Then, int Stride)
    {
        public void AddTo(LayerSequence layers, string key)
        {
            var inside = layers.Branch();
            var at = 0;
            if (Expanded != layers.Channels)
            {
                inside.Convolve($"{key}.0.0", Expanded, kernel: 1, norm: $"{key}.0.1", then: Then);
                at++;
            }

            inside.ConvolveDepthwise($"{key}.{at}.0", Kernel, Stride, $"{key}.{at}.1", Then);
            at++;
            if (Squeezes)
            {
                inside.Squeeze($"{key}.{at}", MultipleOfEight(Expanded / 4));
                at++;
            }

            inside.Convolve($"{key}.{at}.0", Width, kernel: 1, norm: $"{key}.{at}.1");
            _ = Stride == 1 && Width == layers.Channels ? layers.Residual(inside) : layers.Follow(inside);
        }

        /// <summary>The nearest one that is not below nine tenths of the value.</summary>
        private static int MultipleOfEight(int value)
        {
            var nearest = Math.Max(8, (value + 4) / 8 * 8);
            return nearest < 0.9 * value ? nearest + 8 : nearest;
        }
    }
}
