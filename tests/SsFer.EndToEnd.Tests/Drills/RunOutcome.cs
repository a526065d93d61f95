using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>
/// All that a run leaves for others: per stage its dataset version, every file of its product, the labelled split that it read, its
/// figures, and how far its metrics go. Where it stands, under which fence and when it was made is left out.
/// </summary>
internal sealed record RunOutcome(IReadOnlyDictionary<string, string> Stages)
{
    private const string Card = "card.json";
    private const string Weights = ".safetensors";

    /// <summary>A model is these files and no other.</summary>
    private static readonly string[] ModelFiles = [Card, "model.onnx", "report.html", "weights.safetensors"];

    /// <summary>Reads every file of every product, whatever the records say of it.</summary>
    public static async Task<RunOutcome> ReadAsync(IArtifactStore store, RunStatus run, CancellationToken cancellationToken)
    {
        var stages = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var stage in run.Plan.Stages)
        {
            Assert.Equal((StageState.Completed, null), (run.Stages[stage.Name].State, run.Stages[stage.Name].Error));
            var lines = new List<string>();
            var artifact = run.Stages[stage.Name].Artifact!;
            if (stage.Kind == StageKind.FaceDetection)
            {
                lines.Add(artifact.Path);
            }

            foreach (var file in await FilesOfAsync(store, stage, artifact, cancellationToken))
            {
                lines.Add($"{file} {await ReadAsync(store, $"{artifact.Path}/{file}", run.Spec.Id, cancellationToken)}");
            }

            if (artifact.Summary is { } summary && stage.Kind is StageKind.FaceDetection or StageKind.Evaluation)
            {
                lines.AddRange(summary.EnumerateObject().Select(figure => figure.ToString()));
            }

            if (stage.Kind is StageKind.Pretraining or StageKind.FineTuning or StageKind.EmaTeacher)
            {
                lines.Add(
                    $"labelled split "
                        + $"{await ReadAsync(store, $"{RunPaths.Folder(run.Spec.Id)}/split.json", run.Spec.Id, cancellationToken)}"
                );
            }

            if (await LastStepAsync(store, run.Spec.Id, stage.Name, cancellationToken) is { } step)
            {
                lines.Add($"metrics up to step {step}");
            }

            stages[stage.Name] = string.Join('\n', lines);
        }

        return new RunOutcome(stages);
    }

    /// <summary>Fails where a stage of <paramref name="run"/> left anything else than this calm run did.</summary>
    public async Task AssertSameAsync(IArtifactStore store, RunStatus run, CancellationToken cancellationToken)
    {
        foreach (var (stage, left) in (await ReadAsync(store, run, cancellationToken)).Stages)
        {
            Assert.True(Stages[stage] == left, $"stage {stage} of run {run.Spec.Id} left\n{left}\ninstead of\n{Stages[stage]}");
        }
    }

    /// <summary>The loss that the stage reported last.</summary>
    public static async Task<double> LastLossAsync(IArtifactStore store, string run, string stage, CancellationToken cancellationToken) =>
        (await new MetricLog(store).ReadAsync(run, stage, cancellationToken).LastAsync(cancellationToken))
            .GetProperty("values")
            .GetProperty("loss")
            .GetDouble();

    /// <summary>A training's record lists its files; of a model everything counts that stands in its folder.</summary>
    private static async Task<IReadOnlyList<string>> FilesOfAsync(
        IArtifactStore store,
        PlannedStage stage,
        StageArtifact artifact,
        CancellationToken cancellationToken
    )
    {
        if (stage.Kind != StageKind.Evaluation)
        {
            return [.. artifact.Files.Select(file => file.Name).Order(StringComparer.Ordinal)];
        }

        var folder = $"{artifact.Path}/";
        var files = new List<string>();
        await foreach (var file in store.ListAsync(folder, cancellationToken))
        {
            files.Add(file.Path[folder.Length..]);
        }

        Assert.Equal(ModelFiles, files);
        return files;
    }

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

    /// <summary>The text of a card, in which a reader of the failed test sees the difference; of other files the hash.</summary>
    private static async Task<string> ReadAsync(IArtifactStore store, string path, string run, CancellationToken cancellationToken)
    {
        await using var stored = await store.OpenReadAsync(path, cancellationToken);
        using var content = new MemoryStream();
        await stored.CopyToAsync(content, cancellationToken);
        return path.EndsWith(Card, StringComparison.Ordinal) ? Encoding.UTF8.GetString(content.ToArray())
            : path.EndsWith(Weights, StringComparison.Ordinal) ? HashOfWeights(content.ToArray(), run)
            : Hash(content.ToArray());
    }

    /// <summary>Weights tell the name of the run that trained them, which differs where one plan is a run of several names.</summary>
    private static string HashOfWeights(byte[] file, string run)
    {
        const int Length = sizeof(ulong); // of the header, which comes after it
        var end = Length + (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        var header = JsonNode.Parse(file.AsSpan(Length, end - Length))!;
        if (header["__metadata__"]?["lineage"] is { } lineage)
        {
            header["__metadata__"]!["lineage"] = lineage.GetValue<string>().Replace($"\"run\":\"{run}\"", "", StringComparison.Ordinal);
        }

        return Hash([.. Encoding.UTF8.GetBytes(header.ToJsonString()), .. file.AsSpan(end)]);
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
