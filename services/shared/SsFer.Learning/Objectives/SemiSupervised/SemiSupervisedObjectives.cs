using SsFer.Recipes;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>Which objective settings mean.</summary>
internal static class SemiSupervisedObjectives
{
    public static ISemiSupervisedObjective Create(EmaTeacherSettings settings, ObjectiveSurroundings surroundings) =>
        settings.Method switch
        {
            SemiSupervisedMethod.EmaTeacher => new EmaTeacherObjective(settings, surroundings),
            SemiSupervisedMethod.PiModel => new PiModelObjective(),
            SemiSupervisedMethod.PseudoLabel => new PseudoLabelObjective(settings),
            SemiSupervisedMethod.MeanTeacher => new MeanTeacherObjective(),
            SemiSupervisedMethod.Vat => new VatObjective(),
            SemiSupervisedMethod.Uda => new UdaObjective(settings),
            SemiSupervisedMethod.MixMatch => new MixMatchObjective(settings, surroundings.Classes),
            SemiSupervisedMethod.ReMixMatch => new ReMixMatchObjective(settings, surroundings),
            SemiSupervisedMethod.FixMatch => new FixMatchObjective(settings),
            SemiSupervisedMethod.FlexMatch => new FlexMatchObjective(settings, surroundings),
            SemiSupervisedMethod.CoMatch => new CoMatchObjective(settings, surroundings),
            SemiSupervisedMethod.Ccssl => new CcsslObjective(settings),
            var other => throw new NotSupportedException($"no objective is known of the method {other}"),
        };
}
