using SsFer.Artifacts.Runs;
using SsFer.Contracts;

namespace SsFer.StageHosting;

/// <summary>Says what the completion of a stage means to others.</summary>
public interface IStageAnnouncement
{
    StageKind Kind { get; }

    /// <summary>The events to publish, in this order.</summary>
    /// <param name="claim">The claim under which the stage was completed; its record holds the product.</param>
    /// <param name="cancellationToken">Stops the reading of what the event tells.</param>
    Task<IReadOnlyList<object>> ComposeAsync(StageClaim claim, CancellationToken cancellationToken);
}
