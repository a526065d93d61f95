namespace SsFer.Evaluation.Promotion;

/// <summary>What the gate decided, and by which figures; all of them on the same faces.</summary>
public sealed record PromotionDecision
{
    public required bool Promoted { get; init; }

    /// <summary>One line with the figures.</summary>
    public required string Reason { get; init; }

    /// <summary>Of the model that was to be promoted.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The model that was in production; null where there was none.</summary>
    public string? Production { get; init; }

    /// <summary>Its accuracy; null where there was none, or it could not be compared.</summary>
    public double? ProductionAccuracy { get; init; }

    public required PromotionSettings Settings { get; init; }
}
