using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class TrainingLoopTests
{
    [Fact]
    public void Run_Cancelled_StoresTheStepItReachedAndSaysSo()
    {
        using var stopping = new CancellationTokenSource();
        var journal = new RecordingJournal(metrics =>
        {
            if (metrics.Step == 7)
            {
                stopping.Cancel();
            }
        });
        using var training = TrainingCase.Create(TrainingCase.FineTuning);

        Assert.Throws<OperationCanceledException>(() => training.RunUntilStopped(journal, stopping.Token));

        var (step, state) = Assert.Single(journal.Checkpoints);
        Assert.Equal(7, step);
        Assert.Equal(training.Save(), state);
    }

    [Fact]
    public void Run_CancelledBeforeItsFirstStep_StoresNothing()
    {
        var journal = new RecordingJournal();
        using var training = TrainingCase.Create(TrainingCase.FineTuning);

        Assert.Throws<OperationCanceledException>(() => training.RunUntilStopped(journal, new CancellationToken(canceled: true)));

        Assert.Empty(journal.Checkpoints);
    }

    [Fact]
    public void Run_ToTheEnd_StoresEveryFewStepsAndTheLast()
    {
        var journal = new RecordingJournal();
        using var training = TrainingCase.Create(TrainingCase.Pretraining);

        training.Run(journal, new TrainingLoopOptions { MetricsEverySteps = 3, CheckpointEverySteps = 5 });

        Assert.Equal([5, 10, 12], journal.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Equal([3, 5, 8, 10, 12], journal.Reports.Select(report => report.Step));
        Assert.Equal(3, journal.Reports[^1].Epoch);
    }

    [Theory]
    [InlineData(TrainingCase.Pretraining)]
    [InlineData(TrainingCase.FineTuning)]
    [InlineData(TrainingCase.EmaTeacher)]
    public void Run_WithAnAbsurdLearningRate_ThrowsNamingTheStepThatDiverged(string stage)
    {
        var journal = new RecordingJournal();
        using var training = TrainingCase.Create(stage, TrainingCase.WithRate(1e30));

        var fault = Assert.Throws<TrainingDivergedException>(() =>
            training.Run(journal, new TrainingLoopOptions { MetricsEverySteps = 5 })
        );

        Assert.Equal(1, fault.Step); // step 0 still has the initial weights
        Assert.Contains("step 1: the loss is NaN", fault.Message, StringComparison.Ordinal);
        Assert.Empty(journal.Checkpoints);
    }

    [Fact]
    public void Run_WhenAPictureCannotBeRead_PassesTheFaultOn()
    {
        var loop = new TrainingLoop<int>(
            new ScriptedTask(prepare: step => step == 2 ? throw new InvalidDataException("shard 3 is damaged") : 0),
            new TrainingLoopOptions(),
            new RecordingJournal(),
            TimeProvider.System
        );

        var fault = Assert.Throws<InvalidDataException>(() => loop.Run(0, CancellationToken.None));

        Assert.Equal("shard 3 is damaged", fault.Message);
    }

    /// <summary>The caller closes its sources after the loop has ended: no loader may still be reading from them.</summary>
    [Fact]
    public void Run_ThatStops_WaitsForItsLoaders()
    {
        using var stopping = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var loading = 0;
        var task = new ScriptedTask(
            prepare: step =>
            {
                Interlocked.Increment(ref loading);
                if (step > 0)
                {
                    gate.Wait(TimeSpan.FromMinutes(1));
                }

                return Interlocked.Decrement(ref loading);
            },
            step: () =>
            {
                stopping.Cancel();
                ThreadPool.QueueUserWorkItem(_ => gate.Set());
            }
        );
        var loop = new TrainingLoop<int>(task, new TrainingLoopOptions { LoaderThreads = 4 }, new RecordingJournal(), TimeProvider.System);

        Assert.Throws<OperationCanceledException>(() => loop.Run(0, stopping.Token));

        Assert.Equal(0, Volatile.Read(ref loading));
        Assert.Equal(task.Started, task.Finished);
    }

    private sealed class ScriptedTask(Func<long, int> prepare, Action? step = null) : ITrainingTask<int>
    {
        private int _started;
        private int _finished;

        public int Started => Volatile.Read(ref _started);

        public int Finished => Volatile.Read(ref _finished);

        public long TotalSteps => 20;

        public long StepsPerEpoch => 20;

        public int ImagesPerStep => 1;

        public IReadOnlyList<StateTensor> State => [];

        public int Prepare(long step)
        {
            Interlocked.Increment(ref _started);
            try
            {
                return prepare(step);
            }
            finally
            {
                Interlocked.Increment(ref _finished);
            }
        }

        public StepResult Step(long number, int batch)
        {
            step?.Invoke();
            return new StepResult(zeros(1), [], 0);
        }

        public void Restored() { }

        public void Dispose() { }
    }
}
