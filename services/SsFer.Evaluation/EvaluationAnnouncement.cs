using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.StageHosting;

namespace SsFer.Evaluation;

/// <summary>
/// A completed stage as <see cref="ModelEvaluated"/>, and what the gate decided as <see cref="ModelPromoted"/> or <see
/// cref="ModelRejected"/>.
/// </summary>
public sealed class EvaluationAnnouncement : IStageAnnouncement
{
    public StageKind Kind => StageKind.Evaluation;

    public Task<IReadOnlyList<object>> ComposeAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var summary = EvaluationSummary.Of(claim.Record)
            ?? throw new InvalidOperationException($"stage {claim.Stage.Name} has no summary yet");
        var evaluated = new ModelEvaluated
        {
            Run = claim.Spec.Id,
            Stage = claim.Stage.Name,
            Model = summary.Model,
            Dataset = claim.Spec.Validation!.ToString(),
            Accuracy = summary.Accuracy,
            MacroF1 = summary.MacroF1,
        };
        return Task.FromResult<IReadOnlyList<object>>(
            summary.Decision is null ? [evaluated] : [evaluated, DecisionOf(claim.Spec.Id, summary)]
        );
    }

    private static object DecisionOf(string run, EvaluationSummary summary) =>
        summary.Sequence is { } sequence
            ? new ModelPromoted
            {
                Model = summary.Model,
                Previous = summary.Previous,
                Sequence = sequence,
                Reason = summary.Reason!,
            }
            : new ModelRejected
            {
                Run = run,
                Model = summary.Model,
                Reason = summary.Reason!,
            };
}
