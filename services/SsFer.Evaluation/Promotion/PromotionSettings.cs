using System.Text.Json;

namespace SsFer.Evaluation.Promotion;

/// <summary>When a model may take the place of the one in production.</summary>
public sealed record PromotionSettings
{
    /// <summary>How far its accuracy may lie below production's, as a share of all faces. Default 0.01.</summary>
    public double Margin { get; init; } = 0.01;

    /// <summary>A class has collapsed where its recall is below this share of its recall in production. Default 0.5.</summary>
    public double Collapse { get; init; } = 0.5;

    /// <exception cref="JsonException">A value cannot be meant.</exception>
    internal void Validate()
    {
        if (Margin is not (>= 0 and <= 1))
        {
            throw new JsonException($"promotion.margin must lie in 0 to 1, it is {Margin}");
        }

        if (Collapse is not (>= 0 and <= 1))
        {
            throw new JsonException($"promotion.collapse must lie in 0 to 1, it is {Collapse}");
        }
    }
}
