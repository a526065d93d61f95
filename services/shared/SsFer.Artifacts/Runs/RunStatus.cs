namespace SsFer.Artifacts.Runs;

/// <summary>A run as it stands.</summary>
public sealed record RunStatus
{
    public required RunSpec Spec { get; init; }

    public required RunPlan Plan { get; init; }

    /// <summary>Record of every planned stage by name.</summary>
    public required IReadOnlyDictionary<string, StageRecord> Stages { get; init; }

    public bool IsCompleted => Stages.Values.All(record => record.State == StageState.Completed);

    /// <summary>
    /// Whether nothing will move without a retry: every stage is at its end or waits for one that ended without a product.
    /// </summary>
    public bool IsSettled
    {
        get
        {
            var blocked = new HashSet<string>(StringComparer.Ordinal);
            foreach (var stage in Plan.Stages)
            {
                var state = Stages[stage.Name].State;
                if (
                    state is StageState.Failed or StageState.Cancelled
                    || (state is StageState.Pending && stage.Inputs.Any(blocked.Contains))
                )
                {
                    blocked.Add(stage.Name);
                }
                else if (state is not StageState.Completed)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
