using System.Text.Json;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Stages;

/// <summary>Trains a task under a stage's claim: resumes from its last checkpoint and leaves checkpoints and metrics behind.</summary>
public sealed class TrainingStage(StageEnvironment environment, StageClaim claim, Recipe recipe, ComputeTarget target)
{
    /// <summary>Trains to the end.</summary>
    /// <param name="task">What to train; its state is overwritten when there is a checkpoint.</param>
    /// <param name="metadata">Stored in every weights file: what the model is.</param>
    /// <param name="facts">One line for the observer: on how much data, how large a model.</param>
    /// <param name="cancellationToken">Stops after a last checkpoint.</param>
    /// <returns>The checkpoint of the last step.</returns>
    public async Task<CheckpointPointer> RunAsync<TBatch>(
        ITrainingTask<TBatch> task,
        IReadOnlyDictionary<string, string> metadata,
        string facts,
        CancellationToken cancellationToken
    )
    {
        var first = claim.Record.Checkpoint is { } checkpoint ? await RestoreAsync(task, checkpoint, cancellationToken) : 0;
        var options = new TrainingLoopOptions
        {
            CheckpointEvery = TimeSpan.FromSeconds(recipe.Execution.CheckpointSeconds),
            CheckpointEverySteps = recipe.Execution.CheckpointSteps,
            LoaderThreads =
                recipe.Execution.LoaderThreads > 0 ? recipe.Execution.LoaderThreads : Math.Max(1, Environment.ProcessorCount / 2),
        };
        environment.Observer.Started(
            claim.Spec.Id,
            claim.Stage.Name,
            first,
            task.TotalSteps,
            $"{facts}; {Choices(task.ImagesPerStep, options.LoaderThreads)}"
        );
        var journal = new Journal(environment, claim, new CheckpointState(0, recipe.Seed, target.Fingerprint), metadata);
        var loop = new TrainingLoop<TBatch>(task, options, journal, environment.Time);
        try
        {
            await ComputeThread.RunAsync(() => loop.Run(first, cancellationToken));
        }
        catch (TrainingDivergedException diverged)
        {
            throw new PermanentStageException(diverged.Message, diverged);
        }

        return claim.Record.Checkpoint ?? throw new InvalidOperationException("a stage ended without its last checkpoint");
    }

    private string Choices(int imagesPerStep, int loaderThreads)
    {
        var execution = recipe.Execution;
        var batch =
            execution.AccumulationSteps > 1
                ? $"batch {imagesPerStep} in {execution.AccumulationSteps} micro-batches"
                : $"batch {imagesPerStep}";
        var reason = target.Reason is { } why ? $" ({why})" : "";
        var recomputed = execution.RecomputeActivations ? ", activations recomputed" : "";
        return $"{target}{reason}, {batch}, {loaderThreads} loader threads{recomputed}";
    }

    private async Task<long> RestoreAsync<TBatch>(
        ITrainingTask<TBatch> task,
        CheckpointPointer checkpoint,
        CancellationToken cancellationToken
    )
    {
        var reader = new CheckpointReader(environment.Store);
        var state = await CheckpointState.ReadAsync(reader, checkpoint, cancellationToken);
        if (state.Compute != target.Fingerprint)
        {
            var difference = $"the checkpoint was made with {state.Compute}, this process has {target.Fingerprint}";
            if (!environment.AcceptOtherCompute)
            {
                throw new PermanentStageException(
                    $"{difference}, and would not end with the same bytes: use the same, or ask for it (ssfer: "
                        + $"--accept-other-compute; services: Compute:AcceptOther=true)"
                );
            }

            environment.Observer.Noted(
                claim.Spec.Id,
                claim.Stage.Name,
                $"{difference}: the result equals an undisturbed run's to tolerance, not to the byte"
            );
        }

        foreach (var file in task.State.GroupBy(tensor => tensor.File))
        {
            await using var stream = await reader.OpenAsync(checkpoint, file.Key, cancellationToken);
            using var content = await Safetensors.ReadAsync(stream, $"{checkpoint.Folder}/{file.Key}", cancellationToken);
            await ComputeThread.RunAsync(() => Overwrite(file, content, checkpoint));
        }

        await ComputeThread.RunAsync(task.Restored);
        return checkpoint.Step;
    }

    private static void Overwrite(IGrouping<string, StateTensor> file, SafetensorsContent content, CheckpointPointer checkpoint)
    {
        using var noGrad = no_grad();
        foreach (var tensor in file)
        {
            if (!content.Tensors.TryGetValue(tensor.Name, out var values) || !values.shape.SequenceEqual(tensor.Tensor.shape))
            {
                throw new PermanentStageException(
                    $"{checkpoint.Folder}/{file.Key}: '{tensor.Name}' is missing or of another shape; the checkpoint belongs to "
                        + $"another recipe: choose another --run"
                );
            }

            tensor.Tensor.copy_(values);
        }
    }

    private sealed class Journal(
        StageEnvironment environment,
        StageClaim claim,
        CheckpointState identity,
        IReadOnlyDictionary<string, string> metadata
    ) : ITrainingJournal
    {
        private readonly List<TrainingMetrics> _rows = [];

        public void Report(TrainingMetrics metrics)
        {
            _rows.Add(metrics);
            environment.Observer.Progressed(ProgressOf(metrics));
        }

        private StageProgressed ProgressOf(TrainingMetrics metrics) =>
            new()
            {
                Run = claim.Spec.Id,
                Stage = claim.Stage.Name,
                Kind = claim.Stage.Kind,
                Step = metrics.Step,
                TotalSteps = metrics.TotalSteps,
                ImagesPerStep = metrics.ImagesPerStep,
                ImagesPerSecond = metrics.ImagesPerSecond,
                Metrics = new Dictionary<string, double>(metrics.Values, StringComparer.Ordinal)
                {
                    [MetricNames.Epoch] = metrics.Epoch,
                    [MetricNames.LearningRate] = metrics.LearningRate,
                    [MetricNames.WaitingForData] = metrics.WaitingForData,
                },
            };

        // The training thread waits: a step must not change the tensors while they are written.
        public void Checkpoint(long step, IReadOnlyList<StateTensor> state) => SaveAsync(step, state).GetAwaiter().GetResult();

        private async Task SaveAsync(long step, IReadOnlyList<StateTensor> state)
        {
            var files = state
                .GroupBy(tensor => tensor.File)
                .ToDictionary(
                    file => file.Key,
                    file =>
                        (Func<Stream, CancellationToken, Task>)(
                            (stream, token) =>
                                Safetensors.WriteAsync(
                                    stream,
                                    file.Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Tensor)),
                                    metadata,
                                    token
                                )
                        ),
                    StringComparer.Ordinal
                );
            files[CheckpointState.File] = (stream, token) =>
                JsonSerializer.SerializeAsync(stream, identity with { Step = step }, ArtifactJson.Document, token);
            var segment = await new MetricLog(environment.Store).WriteAsync(claim, step, _rows, claim.Lost);
            var pointer = await new CheckpointWriter(environment.Store).WriteAsync(claim, step, files, segment, claim.Lost);
            if (!await claim.SaveCheckpointAsync(pointer, claim.Lost))
            {
                throw new OperationCanceledException("the stage was taken over by another worker", claim.Lost);
            }

            _rows.Clear();
            await new CheckpointRetention(environment.Store).PruneAsync(claim.Spec.Id, claim.Stage.Name, claim.Lost);
        }
    }
}
