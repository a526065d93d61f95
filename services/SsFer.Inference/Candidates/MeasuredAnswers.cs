using SsFer.Inference.Http;
using SsFer.Inference.Models;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Candidates;

/// <summary>What a model is asked.</summary>
/// <param name="Upload">The pictures.</param>
/// <param name="Asked">What is wanted of each.</param>
/// <param name="Turns">The caller's part of the turns.</param>
internal sealed record Question(Upload Upload, AnswerOptions Asked, PictureTurns Turns);

/// <summary>Asks a model.</summary>
internal delegate Task<IReadOnlyList<PictureAnswer>> AskModel(
    ModelLease lease,
    Question question,
    PhaseClock clock,
    CancellationToken cancellationToken
);

/// <summary>Answers of models, each counted by the role of its model.</summary>
internal sealed class MeasuredAnswers(AskModel ask, WorkTime work, RoleTelemetry telemetry)
{
    /// <summary>As <see cref="AskModel"/>.</summary>
    public static Task<IReadOnlyList<PictureAnswer>> AskAsync(
        ModelLease lease,
        Question question,
        PhaseClock clock,
        CancellationToken cancellationToken
    ) => lease.Pipeline.AnswerAsync(question.Upload.Pictures, question.Asked, question.Turns, clock, cancellationToken);

    /// <summary>Whatever the model throws is thrown on, and counted.</summary>
    /// <param name="role">Whose answer it is.</param>
    /// <param name="lease">The model.</param>
    /// <param name="question">What it is asked.</param>
    /// <param name="trial">In which it counts; null where none goes on.</param>
    /// <param name="deadline">Stops it.</param>
    public async Task<ExpressionsAnswer> AnswerAsync(
        ModelRole role,
        ModelLease lease,
        Question question,
        CandidateTrial? trial,
        Deadline deadline
    )
    {
        var clock = work.NewClock();
        try
        {
            var pictures = await ask(lease, question, clock, deadline.Token);
            RequireProbabilities(lease, pictures);
            Count(role, trial, new Attempt(IsFailed: false, MillisecondsOf(clock, pictures)));
            var answer = ExpressionsAnswer.Of(lease.Pipeline.Model, lease.Version.Promotion, pictures, clock);
            return answer with { IsCandidate = role == ModelRole.Candidate };
        }
        catch (Exception fault) when (IsOfTheModel(fault, clock, deadline))
        {
            Count(role, trial, new Attempt(IsFailed: true, Milliseconds: null));
            throw;
        }
    }

    private void Count(ModelRole role, CandidateTrial? trial, Attempt attempt)
    {
        telemetry.Count(role, attempt);
        trial?.Count(role, attempt);
    }

    /// <summary>Not where the client left or was refused a turn, nor where the time was spent in waiting for one.</summary>
    private static bool IsOfTheModel(Exception fault, PhaseClock clock, Deadline deadline) =>
        fault is OperationCanceledException
            ? deadline.HasPassed && clock.AtWork >= deadline.Length / 2
            : fault is not RequestRefusedException;

    private static double? MillisecondsOf(PhaseClock clock, IReadOnlyList<PictureAnswer> pictures)
    {
        var faces = pictures.Sum(picture => picture.Faces.Count);
        var spent = clock.Milliseconds;
        return faces == 0 ? null : (spent.Cut + spent.Classify) / faces;
    }

    /// <summary>What is no number cannot be sent.</summary>
    private static void RequireProbabilities(ModelLease lease, IReadOnlyList<PictureAnswer> pictures)
    {
        if (!pictures.SelectMany(picture => picture.Faces).All(face => face.Probabilities.All(each => float.IsFinite(each.Probability))))
        {
            throw new ExpressionModelException(
                $"model {lease.Pipeline.Model.Description.Id} answers with what is no probability: promote another one"
            );
        }
    }
}
