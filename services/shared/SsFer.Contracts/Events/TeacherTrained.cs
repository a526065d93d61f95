namespace SsFer.Contracts.Events;

/// <summary>A classifier and unlabelled faces became a better one (paper, section 3.4).</summary>
public sealed record TeacherTrained
{
    public required string Run { get; init; }

    /// <summary>Name of the stage in the run's plan.</summary>
    public required string Stage { get; init; }

    /// <summary>The product: the moving average of the student's weights.</summary>
    public required ArtifactReference Teacher { get; init; }
}
