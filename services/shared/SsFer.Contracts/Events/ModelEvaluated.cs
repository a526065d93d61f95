namespace SsFer.Contracts.Events;

/// <summary>A model was measured and stands in the registry.</summary>
public sealed record ModelEvaluated
{
    public required string Run { get; init; }

    /// <summary>Name of the stage in the run's plan.</summary>
    public required string Stage { get; init; }

    /// <summary>Id of the model in the registry.</summary>
    public required string Model { get; init; }

    /// <summary>What it was measured on, as NAME/VERSION:split.</summary>
    public required string Dataset { get; init; }

    /// <summary>Share of faces classified correctly, from 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean F1 over the classes, from 0 to 1.</summary>
    public required double MacroF1 { get; init; }
}
