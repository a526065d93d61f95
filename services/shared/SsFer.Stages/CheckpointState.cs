using System.Text.Json;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Stages;

/// <summary>What a checkpoint says of itself (<c>state.json</c>).</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Seed">Seed of the run; with the step it is the whole random state, since every draw is keyed by (seed, epoch,
/// sample).</param>
/// <param name="Compute">Device, precision, threads, instruction set and libtorch: a resume gives the same bytes only under the
/// same.</param>
internal sealed record CheckpointState(long Step, ulong Seed, string Compute)
{
    public const string File = "state.json";

    /// <exception cref="CorruptArtifactException">The file is missing, or is not what was written.</exception>
    public static async Task<CheckpointState> ReadAsync(
        CheckpointReader reader,
        CheckpointPointer checkpoint,
        CancellationToken cancellationToken
    )
    {
        await using var stream = await reader.OpenAsync(checkpoint, File, cancellationToken);
        return await ReadAsync(stream, checkpoint.Folder, cancellationToken);
    }

    /// <summary>What the stage's own checkpoint was computed on, or, where it has none, the finished stages that it reads from.</summary>
    public static async Task<IReadOnlyList<string>> ComputeOfAsync(
        IArtifactStore store,
        StageClaim claim,
        CancellationToken cancellationToken
    )
    {
        var reader = new CheckpointReader(store);
        if (claim.Record.Checkpoint is { } own)
        {
            return [(await ReadAsync(reader, own, cancellationToken)).Compute];
        }

        var recorded = new List<string>();
        foreach (var input in claim.Inputs.Values.Where(input => input.Files.Any(file => file.Name == File)))
        {
            await using var stream = await reader.OpenAsync(input, File, cancellationToken);
            recorded.Add((await ReadAsync(stream, input.Path, cancellationToken)).Compute);
        }

        return recorded;
    }

    private static async Task<CheckpointState> ReadAsync(Stream stream, string folder, CancellationToken cancellationToken) =>
        await JsonSerializer.DeserializeAsync<CheckpointState>(stream, ArtifactJson.Document, cancellationToken)
        ?? throw new CorruptArtifactException($"{folder}/{File} is empty");
}
