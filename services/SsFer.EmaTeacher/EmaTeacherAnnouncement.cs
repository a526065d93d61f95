using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Learning.Training;
using SsFer.StageHosting;

namespace SsFer.EmaTeacher;

/// <summary>A completed stage as <see cref="TeacherTrained"/>.</summary>
public sealed class EmaTeacherAnnouncement : IStageAnnouncement
{
    public StageKind Kind => StageKind.EmaTeacher;

    public Task<IReadOnlyList<object>> ComposeAsync(StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Task.FromResult<IReadOnlyList<object>>([
            new TeacherTrained
            {
                Run = claim.Spec.Id,
                Stage = claim.Stage.Name,
                Teacher = claim.ProductFile(TrainingState.TeacherFile),
            },
        ]);
    }
}
