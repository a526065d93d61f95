using SsFer.Recipes;

namespace SsFer.Learning.Models;

/// <summary>Which network settings mean.</summary>
public static class Networks
{
    /// <exception cref="ArgumentException">The settings do not fit each other.</exception>
    public static ClassifierNetwork Create(ModelSettings settings, int classes)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Kind switch
        {
            ModelKind.ViT => new VisionTransformer(settings, classes),
            ModelKind.ResNet => new ResidualNetwork(settings, classes),
            var other => throw new NotSupportedException($"no network is known of the kind {other}"),
        };
    }
}
