namespace SsFer.Recipes.Baselines;

/// <summary>A baseline network, layer by layer; behind it comes the head, a linear layer to the classes.</summary>
public sealed record BaselineShape
{
    /// <summary>Side of the smallest picture that every one of them can be built for.</summary>
    public const int SmallestSide = 32;

    /// <summary>Pictures become the map that Grad-CAM reads, [N, <see cref="Channels"/>, <see cref="MapSide"/>, MapSide].</summary>
    public required IReadOnlyList<BaselineLayer> Map { get; init; }

    public required int Channels { get; init; }

    public required int MapSide { get; init; }

    /// <summary>What comes behind the map before it is averaged.</summary>
    public IReadOnlyList<BaselineLayer> Reduction { get; init; } = [];

    /// <summary>Side of what <see cref="Reduction"/> leaves of the map.</summary>
    public required int ReducedSide { get; init; }

    /// <summary>Cells along a side that the map is averaged to.</summary>
    public int PooledSide { get; init; } = 1;

    /// <summary>What makes features of the pooled map, all its values in one row.</summary>
    public IReadOnlyList<DenseLayer> Dense { get; init; } = [];

    /// <summary>Values that the head reads.</summary>
    public int Features => Dense is [.., var last] ? last.Outputs : Channels * PooledSide * PooledSide;

    /// <summary>As torchvision counts them: trained values, without running statistics.</summary>
    public long ParameterCount(int classes) => Layers.Sum(layer => layer.Parameters) + ((Features + 1L) * classes);

    /// <summary>Of convolutions and linear layers, for one picture.</summary>
    public long MultiplyAdds(int classes) => Layers.Sum(layer => layer.MultiplyAdds) + ((long)Features * classes);

    private IEnumerable<BaselineLayer> Layers => [.. Map, .. Reduction, .. Dense];

    /// <summary>The network that settings name, for their picture.</summary>
    public static BaselineShape Of(ModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var side = settings.ImageSize;
        return settings.Baseline switch
        {
            BaselineKind.ResNet18 => ResNetShapes.Basic(side, [2, 2, 2, 2]),
            BaselineKind.ResNet50 => ResNetShapes.Bottleneck(side, [3, 4, 6, 3]),
            BaselineKind.VGG11 => VggShapes.Of(side, [1, 1, 2, 2, 2]),
            BaselineKind.VGG13 => VggShapes.Of(side, [2, 2, 2, 2, 2]),
            BaselineKind.MobileNetV2 => MobileNetV2Shape.Of(side),
            BaselineKind.MobileNetV3Large => MobileNetV3Shape.Large(side),
            var other => throw new NotSupportedException($"no layers are known of the baseline {other}"),
        };
    }
}
