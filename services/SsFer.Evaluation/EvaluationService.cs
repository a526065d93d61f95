using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Stages.Hosting;

namespace SsFer.Evaluation;

/// <summary>
/// The stage as a part of a process; its completion is told as <see cref="ModelEvaluated"/>, and what the gate decided as <see
/// cref="ModelPromoted"/> or <see cref="ModelRejected"/>.
/// </summary>
public static class EvaluationService
{
    public static IHostApplicationBuilder AddEvaluation(this IHostApplicationBuilder builder) =>
        builder.AddTrainingStage<EvaluationStage>(StageKind.Evaluation, EventsOf);

    internal static IReadOnlyList<object> EventsOf(StageClaim claim)
    {
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
        return summary.Decision is null ? [evaluated] : [evaluated, DecisionOf(claim.Spec.Id, summary)];
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
