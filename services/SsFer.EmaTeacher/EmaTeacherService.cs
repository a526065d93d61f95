using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Learning.Training;
using SsFer.StageHosting;
using SsFer.Stages.Hosting;

namespace SsFer.EmaTeacher;

/// <summary>The stage as a part of a process; its completion is told as <see cref="TeacherTrained"/>.</summary>
public static class EmaTeacherService
{
    public static IHostApplicationBuilder AddEmaTeacher(this IHostApplicationBuilder builder) =>
        builder.AddTrainingStage<EmaTeacherStage>(StageKind.EmaTeacher, claim => [
                new TeacherTrained
                {
                    Run = claim.Spec.Id,
                    Stage = claim.Stage.Name,
                    Teacher = claim.ProductFile(TrainingState.TeacherFile),
                },
            ]);
}
