namespace SsFer.Inference;

/// <summary>
/// The runtime's pool of threads. By itself it begins with one for each processor: with as many pictures in work, bodies that arrive and
/// answers that are ready would wait for a thread more, of which the pool adds one every half second.
/// </summary>
internal static class WorkerThreads
{
    /// <param name="pictures">Worked on at a time, each on a thread of the pool.</param>
    public static void LeaveSomeBeside(int pictures)
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + pictures), completions);
    }
}
