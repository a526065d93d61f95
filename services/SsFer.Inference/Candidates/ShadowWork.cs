using System.Threading.Channels;
using Microsoft.Extensions.Options;
using SsFer.Inference.Http;
using SsFer.Inference.Models;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Candidates;

/// <summary>
/// Shows a candidate the pictures that production has answered, one request after another and only with turns that nobody else
/// wants; what does not fit in is skipped. Its answers are compared and forgotten.
/// </summary>
internal sealed class ShadowWork(
    MeasuredAnswers answers,
    WorkTime work,
    RoleTelemetry telemetry,
    IOptions<CandidateOptions> options,
    ILogger<ShadowWork> logger
) : BackgroundService
{
    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(options.Value.MaxShadows);

    /// <summary>Where the candidate works in the shadow; nobody waits for it.</summary>
    /// <param name="trial">That goes on.</param>
    /// <param name="question">What production was asked; its pictures are kept until the shadow has seen them.</param>
    /// <param name="answered">By production.</param>
    public void Offer(CandidateTrial trial, Question question, IReadOnlyList<PictureAnswer> answered)
    {
        if (trial.TryShadow() is not { } lease)
        {
            return;
        }

        var own = new Question(question.Upload.Hold(), question.Asked with { IsExplained = false }, question.Turns.WithoutWaiting());
        var job = new Job(trial, lease, own, answered);
        if (!_jobs.Writer.TryWrite(job))
        {
            job.Dispose();
            telemetry.CountSkipped();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var job in _jobs.Reader.ReadAllAsync(stoppingToken))
            {
                using (job)
                {
                    await WorkAsync(job, stoppingToken);
                }
            }
        }
        finally
        {
            _jobs.Writer.Complete();
            while (_jobs.Reader.TryRead(out var left))
            {
                left.Dispose();
            }
        }
    }

    private async Task WorkAsync(Job job, CancellationToken stoppingToken)
    {
        using var deadline = work.Begin(stoppingToken);
        try
        {
            var answer = await answers.AnswerAsync(ModelRole.Candidate, job.Lease, job.Question, job.Trial, deadline);
            Compare(job, answer.Pictures);
        }
        catch (RequestRefusedException)
        {
            telemetry.CountSkipped(); // no turn is free
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            // Counted as what it is: a failure where the candidate was at work
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.CandidateFailed(job.Trial.Candidacy.Model, KnownFaults.DetailOf(fault));
        }
    }

    /// <summary>Face by face, the most certain first; one that the candidate does not see is named otherwise.</summary>
    private void Compare(Job job, IReadOnlyList<PictureAnswer> shadow)
    {
        var faces = job
            .Answered.Zip(shadow)
            .SelectMany(pair => pair.First.Faces.Select((face, i) => (face, pair.Second.Faces.ElementAtOrDefault(i))));
        var agreed = faces.Count(pair => pair.face.Expression == pair.Item2?.Expression);
        var compared = job.Answered.Sum(picture => picture.Faces.Count);
        telemetry.CountAgreement(agreed, compared);
        job.Trial.CountAgreement(agreed, compared);
    }

    private sealed record Job(CandidateTrial Trial, ModelLease Lease, Question Question, IReadOnlyList<PictureAnswer> Answered)
        : IDisposable
    {
        public void Dispose()
        {
            Lease.Dispose();
            Question.Upload.Dispose();
        }
    }
}
