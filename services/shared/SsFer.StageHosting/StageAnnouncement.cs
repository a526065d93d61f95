using SsFer.Artifacts.Runs;
using SsFer.Contracts;

namespace SsFer.StageHosting;

/// <summary>What the completion of a stage means to others.</summary>
/// <param name="Kind">Of the stage.</param>
/// <param name="EventsOf">The events to publish, in this order, from the claim under which the stage was completed; its record holds
/// the product.</param>
public sealed record StageAnnouncement(StageKind Kind, Func<StageClaim, IReadOnlyList<object>> EventsOf);
