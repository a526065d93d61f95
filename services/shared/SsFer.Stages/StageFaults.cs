using SsFer.Artifacts.Runs;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;

namespace SsFer.Stages;

/// <summary>Which faults of the learning library no further attempt can heal.</summary>
public static class StageFaults
{
    /// <summary>
    /// Builds a task on a <see cref="ComputeThread"/>; settings that cannot be and weights that do not fit fail the stage at once.
    /// </summary>
    public static async Task<T> PermanentAsync<T>(Func<T> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        try
        {
            return await ComputeThread.RunAsync(build);
        }
        catch (Exception fault) when (fault is ArgumentException or WeightsException)
        {
            throw new PermanentStageException(fault.Message, fault);
        }
    }
}
