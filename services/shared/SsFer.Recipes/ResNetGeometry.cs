namespace SsFer.Recipes;

/// <summary>A residual block: two convolutions, and one of a single pixel on the way around them where their shape differs.</summary>
public sealed record ResidualBlockShape(ConvolutionShape First, ConvolutionShape Second, ConvolutionShape? Shortcut)
{
    public IEnumerable<ConvolutionShape> Convolutions => Shortcut is null ? [First, Second] : [First, Second, Shortcut];
}

/// <summary>The layers of the compact residual network: what builds it, counts it and exports it reads them here.</summary>
public static class ResNetGeometry
{
    private const int Colours = 3;

    public static ConvolutionShape Stem(ModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new("stem", Colours, settings.ResNet.Width, Kernel: 3, Stride: 1, settings.ImageSize);
    }

    /// <summary>Blocks in their order; the first of each level halves the side.</summary>
    public static IEnumerable<ResidualBlockShape> Blocks(ModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (inputs, side) = (settings.ResNet.Width, settings.ImageSize);
        for (var level = 0; level < settings.ResNet.Levels; level++)
        {
            var outputs = settings.ResNet.Width << level;
            side /= 2;
            for (var block = 0; block < settings.ResNet.Blocks; block++)
            {
                yield return Block($"levels.{level}.{block}", inputs, outputs, block == 0 ? 2 : 1, side);
                inputs = outputs;
            }
        }
    }

    /// <summary>Channels that the head reads.</summary>
    public static int Features(ModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.ResNet.Width << (settings.ResNet.Levels - 1);
    }

    /// <summary>Side of the last level's output in pixels.</summary>
    public static int FeatureSide(ModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.ImageSize >> settings.ResNet.Levels;
    }

    public static long ParameterCount(ModelSettings settings, int classes) =>
        Convolutions(settings).Sum(shape => shape.Parameters) + ((Features(settings) + 1L) * classes);

    /// <summary>Of the convolutions and the head, for one picture.</summary>
    public static long MultiplyAdds(ModelSettings settings, int classes) =>
        Convolutions(settings).Sum(shape => shape.MultiplyAdds) + ((long)Features(settings) * classes);

    private static IEnumerable<ConvolutionShape> Convolutions(ModelSettings settings) =>
        Blocks(settings).SelectMany(block => block.Convolutions).Prepend(Stem(settings));

    private static ResidualBlockShape Block(string key, int inputs, int outputs, int stride, int side) =>
        new(
            new($"{key}.conv1", inputs, outputs, Kernel: 3, stride, side),
            new($"{key}.conv2", outputs, outputs, Kernel: 3, Stride: 1, side),
            stride == 1 && inputs == outputs ? null : new($"{key}.shortcut", inputs, outputs, Kernel: 1, Stride: 1, side)
        );
}
