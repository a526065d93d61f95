using System.Security.Cryptography;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>
/// All that a run leaves for others: per stage its dataset version, the hash of every file of its product, its figures, and how far its metrics go.
/// Where it stands, under which fence and when it was made is left out.
/// </summary>
internal sealed record RunOutcome(IReadOnlyDictionary<string, string> Stages)
{
    /// <summary>The one figure of an evaluation that is another in every run.</summary>
    private const string ModelId = "model";

    /// <summary>Reads every file of every product and hashes what is really there.</summary>
    public static async Task<RunOutcome> ReadAsync(IArtifactStore store, RunStatus run, CancellationToken cancellationToken)
    {
        var stages = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var stage in run.Plan.Stages)
        {
            Assert.Equal((StageState.Completed, null), (run.Stages[stage.Name].State, run.Stages[stage.Name].Error));
            var lines = new List<string>();
            var artifact = run.Stages[stage.Name].Artifact!;
            if (stage.Kind == StageKind.FaceDetection)
                lines.Add(artifact.Path);
            foreach (var file in FilesOf(stage, artifact))
                lines.Add($"{file} {await HashAsync(store, $"{artifact.Path}/{file}", cancellationToken)}");
            if (artifact.Summary is { } summary && stage.Kind is StageKind.FaceDetection or StageKind.Evaluation)
                lines.AddRange(summary.EnumerateObject().Where(figure => figure.Name != ModelId).Select(figure => figure.ToString()));
            if (await LastStepAsync(store, run.Spec.Id, stage.Name, cancellationToken) is { } step)
                lines.Add($"metrics up to step {step}");
            stages[stage.Name] = string.Join('\n', lines);
        }

        return new RunOutcome(stages);
    }

    /// <summary>Fails where a stage of <paramref name="run"/> left anything else than this calm run did.</summary>
    public async Task AssertSameAsync(IArtifactStore store, RunStatus run, CancellationToken cancellationToken)
    {
        foreach (var (stage, left) in (await ReadAsync(store, run, cancellationToken)).Stages)
            Assert.True(Stages[stage] == left, $"stage {stage} of run {run.Spec.Id} left\n{left}\ninstead of\n{Stages[stage]}");
    }

    /// <summary>A training's record lists its files; the files of a model stand beside its card, which holds the run's id and is therefore never the same.</summary>
    private static IEnumerable<string> FilesOf(PlannedStage stage, StageArtifact artifact) =>
        stage.Kind == StageKind.Evaluation ? ["weights.safetensors"] : artifact.Files.Select(file => file.Name).Order(StringComparer.Ordinal);

    /// <summary>Where an attempt was told to stop there is a row more; a step that is told of twice was done twice.</summary>
    private static async Task<long?> LastStepAsync(IArtifactStore store, string run, string stage, CancellationToken cancellationToken)
    {
        long? last = null;
        await foreach (var row in new MetricLog(store).ReadAsync(run, stage, cancellationToken))
        {
            var step = row.GetProperty("step").GetInt64();
            Assert.True(last is null || step > last, $"the metrics of {stage} in run {run} tell of step {step} after step {last}");
            last = step;
        }

        return last;
    }

    private static async Task<string> HashAsync(IArtifactStore store, string path, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenReadAsync(path, cancellationToken);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
    }
}
