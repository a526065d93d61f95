using SsFer.Artifacts.Runs;

namespace SsFer.StageHosting;

internal static class RunStatusExtensions
{
    /// <summary>Stages that wait for nothing but a worker.</summary>
    public static IEnumerable<PlannedStage> Startable(this RunStatus status) =>
        status.Plan.Stages.Where(stage =>
            status.Stages[stage.Name].State == StageState.Pending
            && stage.Inputs.All(input => status.Stages[input].State == StageState.Completed)
        );
}
