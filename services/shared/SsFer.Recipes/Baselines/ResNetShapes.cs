namespace SsFer.Recipes.Baselines;

/// <summary>
/// ResNet (He et al. 2016, table 1) with the stride of a bottleneck in its convolution of three pixels, as torchvision has it.
/// </summary>
internal static class ResNetShapes
{
    private const int StemWidth = 64;

    /// <summary>A bottleneck leaves four times the channels that it works on.</summary>
    private const int Expansion = 4;

    private delegate LayerSequence Block(LayerSequence start, string key, int width, int stride);

    /// <param name="side">Of the picture.</param>
    /// <param name="blocks">Of each level.</param>
    public static BaselineShape Basic(int side, int[] blocks) =>
        Of(side, blocks, (start, key, width, stride) =>
            start
                .Convolve($"{key}.conv1", width, kernel: 3, stride, $"{key}.bn1", NonLinearity.Relu)
                .Convolve($"{key}.conv2", width, kernel: 3, norm: $"{key}.bn2")
        );

    /// <inheritdoc cref="Basic"/>
    public static BaselineShape Bottleneck(int side, int[] blocks) =>
        Of(side, blocks, (start, key, width, stride) =>
            start
                .Convolve($"{key}.conv1", width, kernel: 1, norm: $"{key}.bn1", then: NonLinearity.Relu)
                .Convolve($"{key}.conv2", width, kernel: 3, stride, $"{key}.bn2", NonLinearity.Relu)
                .Convolve($"{key}.conv3", Expansion * width, kernel: 1, norm: $"{key}.bn3")
        );

    private static BaselineShape Of(int side, int[] blocks, Block block)
    {
        var layers = new LayerSequence(channels: 3, side, new BatchNormRule())
            .Convolve("conv1", StemWidth, kernel: 7, stride: 2, "bn1", NonLinearity.Relu)
            .MaxPool("maxpool", kernel: 3, stride: 2, padding: 1);
        for (var level = 0; level < blocks.Length; level++)
        {
            for (var at = 0; at < blocks[level]; at++)
            {
                var key = $"layer{level + 1}.{at}";
                var stride = level > 0 && at == 0 ? 2 : 1;
                var inside = block(layers.Branch(), key, StemWidth << level, stride);
                var around =
                    stride == 1 && inside.Channels == layers.Channels
                        ? null
                        : layers.Branch().Convolve($"{key}.downsample.0", inside.Channels, kernel: 1, stride, $"{key}.downsample.1");
                layers.Residual(inside, around, NonLinearity.Relu);
            }
        }

        return new BaselineShape
        {
            Map = layers.Layers,
            Channels = layers.Channels,
            MapSide = layers.Side,
            ReducedSide = layers.Side,
        };
    }
}
