namespace SsFer.Learning.Training;

/// <summary>Runs tensor computations on a thread that ends with them.</summary>
/// <remarks>
/// libtorch's OpenMP runtime keeps a team of workers for every thread that has computed, until that thread ends. When all teams
/// together have more members than there are cores, it lets members sleep wherever one waits for the others, instead of spinning; a
/// step of many small operations then takes half as long again (decision 8). A thread of the pool that computes once, to initialise
/// weights or to evaluate, keeps its team for as long as the process lives: so none of them computes.
/// </remarks>
public static class ComputeThread
{
    /// <summary>The result of <paramref name="compute"/>, or its exception.</summary>
    public static Task<T> RunAsync<T>(Func<T> compute) =>
        Task.Factory.StartNew(compute, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Completes when <paramref name="compute"/> has returned, or fails as it did.</summary>
    public static Task RunAsync(Action compute) =>
        Task.Factory.StartNew(compute, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
