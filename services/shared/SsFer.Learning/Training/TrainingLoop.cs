using System.Diagnostics;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>When the loop reports and saves.</summary>
public sealed record TrainingLoopOptions
{
    /// <summary>Steps between two reads of the loss; each read waits for the device. Default 10.</summary>
    public int MetricsEverySteps { get; init; } = 10;

    /// <summary>Largest time between two checkpoints. Default five minutes.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Largest number of steps between two checkpoints; 0 leaves it to the clock.</summary>
    public int CheckpointEverySteps { get; init; }

    /// <summary>Batches prepared at the same time, ahead of the step. Default 2.</summary>
    public int LoaderThreads { get; init; } = 2;
}

/// <summary>Means over the steps since the last report.</summary>
public sealed record TrainingMetrics
{
    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    public required long TotalSteps { get; init; }

    public required int ImagesPerStep { get; init; }

    public required double Epoch { get; init; }

    public required double LearningRate { get; init; }

    public required double ImagesPerSecond { get; init; }

    /// <summary>Share of the time that the step stood waiting for its batch.</summary>
    public required double WaitingForData { get; init; }

    /// <summary>loss, and what else the stage measures.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }
}

/// <summary>Receives what the loop has to say; called on the loop's thread.</summary>
public interface ITrainingJournal
{
    void Report(TrainingMetrics metrics);

    /// <summary>Stores the state after <paramref name="step"/> steps. When it returns, the state is safe.</summary>
    void Checkpoint(long step, IReadOnlyList<StateTensor> state);
}

/// <summary>
/// Runs a task from a step to its end: batches are prepared ahead, losses are read every few steps, and the state is handed to the
/// journal in time, at the end, and when it is told to stop.
/// </summary>
public sealed class TrainingLoop<TBatch>(
    ITrainingTask<TBatch> task,
    TrainingLoopOptions options,
    ITrainingJournal journal,
    TimeProvider time
)
{
    private readonly Queue<Task<TBatch>> _ahead = new();
    private readonly List<StepResult> _unread = [];
    private readonly Stopwatch _waiting = new();
    private long _windowStart;
    private long _lastCheckpoint;

    /// <summary>
    /// Trains until the task's last step. Blocks; libtorch keeps a thread team per calling thread, so one thread should do all steps
    /// of a stage.
    /// </summary>
    /// <param name="firstStep">Steps already done: 0, or those of the checkpoint the state was restored from.</param>
    /// <param name="cancellationToken">Asks to stop: the state is checkpointed first.</param>
    /// <exception cref="OperationCanceledException">Stopped before the end; the checkpoint is stored.</exception>
    /// <exception cref="TrainingDivergedException">A loss is not finite; nothing is stored after the last good checkpoint.</exception>
    public void Run(long firstStep, CancellationToken cancellationToken)
    {
        _windowStart = _lastCheckpoint = time.GetTimestamp();
        long prepared = firstStep,
            saved = firstStep;
        try
        {
            for (var step = firstStep; step < task.TotalSteps; step++)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    ReadMetrics(step);
                    if (step > saved)
                    {
                        Checkpoint(step);
                    }

                    cancellationToken.ThrowIfCancellationRequested();
                }

                for (; _ahead.Count <= options.LoaderThreads && prepared < task.TotalSteps; prepared++)
                {
                    var number = prepared;
                    _ahead.Enqueue(Task.Run(() => task.Prepare(number), CancellationToken.None));
                }

                DoStep(step);
                var done = step + 1;
                var due = IsCheckpointDue(done, saved);
                if (_unread.Count >= options.MetricsEverySteps || due)
                {
                    ReadMetrics(done);
                }

                if (due)
                {
                    Checkpoint(done);
                    saved = done;
                    _lastCheckpoint = time.GetTimestamp();
                }
            }
        }
        finally
        {
            // The caller closes its sources next: no loader may still be reading from them. What they made, or failed at, nobody needs
            // any more.
            Task.WhenAll(_ahead.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            _ahead.Clear();
            foreach (var result in _unread)
            {
                result.Values.Dispose();
            }

            _unread.Clear();
        }
    }

    private void DoStep(long step)
    {
        _waiting.Start();
        var batch = _ahead.Dequeue().GetAwaiter().GetResult(); // this thread has nothing else to do
        _waiting.Stop();
        using var scope = NewDisposeScope();
        var result = task.Step(step, batch);
        result.Values.DetachFromDisposeScope();
        _unread.Add(result);
    }

    /// <summary>
    /// A finite loss can still have had a gradient that was not: the next loss would tell, but by then the state would be stored.
    /// </summary>
    private void Checkpoint(long step)
    {
        foreach (var tensor in task.State)
        {
            using var scope = NewDisposeScope();
            if (!tensor.Tensor.isfinite().all().item<bool>())
            {
                throw new TrainingDivergedException(step - 1, $"'{tensor.Name}' is no longer finite");
            }
        }

        journal.Checkpoint(step, task.State);
    }

    private bool IsCheckpointDue(long done, long saved) =>
        done == task.TotalSteps
        || (options.CheckpointEverySteps > 0 && done - saved >= options.CheckpointEverySteps)
        || time.GetElapsedTime(_lastCheckpoint) >= options.CheckpointEvery;

    private void ReadMetrics(long done)
    {
        if (_unread.Count == 0)
        {
            return;
        }

        var names = _unread[0].Names;
        var sums = new double[1 + names.Count];
        for (var i = 0; i < _unread.Count; i++)
        {
            var values = ReadBack(_unread[i].Values);
            if (!float.IsFinite(values[0]))
            {
                throw new TrainingDivergedException(done - _unread.Count + i, $"the loss is {values[0]}");
            }

            for (var k = 0; k < sums.Length; k++)
            {
                sums[k] += values[k];
            }
        }

        var seconds = time.GetElapsedTime(_windowStart).TotalSeconds;
        var means = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["loss"] = sums[0] / _unread.Count };
        for (var k = 0; k < names.Count; k++)
        {
            means[names[k]] = sums[k + 1] / _unread.Count;
        }

        journal.Report(
            new TrainingMetrics
            {
                Step = done,
                TotalSteps = task.TotalSteps,
                ImagesPerStep = task.ImagesPerStep,
                Epoch = (double)done / task.StepsPerEpoch,
                LearningRate = _unread[^1].LearningRate,
                ImagesPerSecond = _unread.Count * task.ImagesPerStep / seconds,
                WaitingForData = _waiting.Elapsed.TotalSeconds / seconds,
                Values = means,
            }
        );
        foreach (var result in _unread)
        {
            result.Values.Dispose();
        }

        _unread.Clear();
        _waiting.Reset();
        _windowStart = time.GetTimestamp();
    }

    private static float[] ReadBack(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.to(ScalarType.Float32).cpu().data<float>().ToArray();
    }
}
