namespace SsFer.Recipes.Baselines;

/// <summary>VGG (Simonyan and Zisserman 2015, table 1): convolutions of three pixels, each level ended by a pooling.</summary>
internal static class VggShapes
{
    private const int PooledSide = 7;
    private const int DenseWidth = 4096;

    private static readonly int[] Widths = [64, 128, 256, 512, 512];

    /// <param name="side">Of the picture.</param>
    /// <param name="convolutions">Of each level.</param>
    public static BaselineShape Of(int side, int[] convolutions)
    {
        var layers = new LayerSequence(channels: 3, side, new BatchNormRule());
        var at = 0; // torchvision numbers convolutions, ReLUs and poolings in one row
        foreach (var (count, width) in convolutions.Zip(Widths))
        {
            if (at > 0)
            {
                layers.MaxPool($"features.{at++}", kernel: 2, stride: 2, padding: 0);
            }

            for (var i = 0; i < count; i++)
            {
                layers.Convolve($"features.{at}", width, kernel: 3, then: NonLinearity.Relu);
                at += 2;
            }
        }

        var last = layers.Branch().MaxPool($"features.{at}", kernel: 2, stride: 2, padding: 0);
        return new BaselineShape
        {
            Map = layers.Layers,
            Channels = layers.Channels,
            MapSide = layers.Side,
            Reduction = last.Layers,
            ReducedSide = last.Side,
            PooledSide = PooledSide,
            Dense =
            [
                new("classifier.0", layers.Channels * PooledSide * PooledSide, DenseWidth, NonLinearity.Relu),
                new("classifier.3", DenseWidth, DenseWidth, NonLinearity.Relu),
            ],
        };
    }
}
