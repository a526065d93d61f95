using SsFer.Learning.Models.Baselines;
using SsFer.Recipes;

namespace SsFer.Learning.Models;

/// <summary>Which network settings mean.</summary>
public static class Networks
{
    /// <param name="settings">Kind and sizes.</param>
    /// <param name="classes">C.</param>
    /// <param name="head">What it has beside the classifier.</param>
    /// <exception cref="ArgumentException">The settings do not fit each other.</exception>
    public static ClassifierNetwork Create(ModelSettings settings, int classes, AuxiliaryHead head = AuxiliaryHead.None)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Kind switch
        {
            ModelKind.ViT => new VisionTransformer(settings, classes, head),
            ModelKind.ResNet => new ResidualNetwork(settings, classes, head),
            ModelKind.Baseline => new BaselineNetwork(settings, classes, head),
            var other => throw new NotSupportedException($"no network is known of the kind {other}"),
        };
    }
}
