namespace SsFer.Contracts;

/// <summary>
/// The figures that every training stage tells in <see cref="Events.StageProgressed.Metrics"/>; each adds those of its own task.
/// </summary>
public static class MetricNames
{
    /// <summary>Mean loss since the report before.</summary>
    public const string Loss = "loss";

    /// <summary>Epochs done.</summary>
    public const string Epoch = "epoch";

    public const string LearningRate = "learningRate";

    /// <summary>Share of the time that steps stood waiting for their batch, from 0 to 1.</summary>
    public const string WaitingForData = "waitingForData";
}
