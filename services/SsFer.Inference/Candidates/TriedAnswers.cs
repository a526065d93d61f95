using SsFer.Inference.Http;
using SsFer.Inference.Models;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Candidates;

/// <summary>
/// Answers requests by the model in production while a candidate is tried on them: it answers its share, and where it cannot,
/// production does; or it works on what was answered, in the shadow.
/// </summary>
internal sealed class TriedAnswers(
    CandidateModel candidate,
    ShadowWork shadows,
    MeasuredAnswers answers,
    RequestTelemetry telemetry,
    WorkTime work,
    ILogger<TriedAnswers> logger
)
{
    /// <param name="lease">The model that the request gets.</param>
    /// <param name="isNamed">Whether the request names it: then no other answers.</param>
    /// <param name="question">What it is asked.</param>
    /// <param name="deadline">Stops it.</param>
    public async Task<ExpressionsAnswer> AnswerAsync(ModelLease lease, bool isNamed, Question question, Deadline deadline)
    {
        if (isNamed)
        {
            return await TellAsync(ModelRole.Named, lease, question, trial: null, deadline);
        }

        var trial = candidate.Trial;
        if (trial?.TryTakeRequest() is { } candidates)
        {
            using (candidates)
            {
                if (await TryAnswerAsync(candidates, question, trial, deadline) is { } tried)
                {
                    return tried;
                }
            }
        }

        var answer = await TellAsync(ModelRole.Production, lease, question, trial, deadline);
        if (trial is not null)
        {
            shadows.Offer(trial, question, answer.Pictures);
        }

        return answer;
    }

    /// <summary>Within half of the time, so that the other half is left for production.</summary>
    /// <returns>Null where the candidate did not answer.</returns>
    private async Task<ExpressionsAnswer?> TryAnswerAsync(ModelLease lease, Question question, CandidateTrial trial, Deadline deadline)
    {
        using var half = work.BeginHalf(deadline.Token);
        try
        {
            return await TellAsync(ModelRole.Candidate, lease, question, trial, half);
        }
        catch (OperationCanceledException) when (half.HasPassed)
        {
            return null;
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or RequestRefusedException))
        {
            logger.CandidateFailed(trial.Candidacy.Model, KnownFaults.DetailOf(fault));
            return null;
        }
    }

    /// <summary>An answer that the client gets; what a shadow says is counted by its role alone.</summary>
    private async Task<ExpressionsAnswer> TellAsync(
        ModelRole role,
        ModelLease lease,
        Question question,
        CandidateTrial? trial,
        Deadline deadline
    )
    {
        var answer = await answers.AnswerAsync(role, lease, question, trial, deadline);
        telemetry.Answered(lease, answer.Pictures);
        return answer;
    }
}
