using System.Text.Json;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;

namespace SsFer.Stages;

/// <summary>Where a stage's starting weights come from: the stage before it, or weights imported into the run.</summary>
public static class StageWeights
{
    /// <summary>
    /// Weights to start from, or null where the plan has none: those of the first input that is a checkpoint, else those named by the
    /// stage's parameters.
    /// </summary>
    /// <param name="environment">Holds the store.</param>
    /// <param name="claim">The claimed stage.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="PermanentStageException">The file is not one of weights.</exception>
    public static async Task<SafetensorsContent?> InitialAsync(
        StageEnvironment environment,
        StageClaim claim,
        CancellationToken cancellationToken
    )
    {
        if (claim.Stage.Inputs.FirstOrDefault(input => claim.Plan.Stage(input).Kind != StageKind.FaceDetection) is { } before)
        {
            return await OpenAsync(environment, claim.Inputs[before], TrainingState.WeightsFile, cancellationToken);
        }

        if (
            claim.Stage.Parameters.ValueKind != JsonValueKind.Object
            || !claim.Stage.Parameters.TryGetProperty(StageFiles.InitialWeights, out var path)
            || path.GetString() is not { } stored
        )
        {
            return null;
        }

        await using var stream = await environment.Store.OpenReadAsync(stored, cancellationToken);
        return await ReadAsync(stream, stored, cancellationToken);
    }

    /// <summary>A weights file of a finished stage, verified.</summary>
    public static async Task<SafetensorsContent> OpenAsync(
        StageEnvironment environment,
        StageArtifact artifact,
        string file,
        CancellationToken cancellationToken
    )
    {
        await using var stream = await new CheckpointReader(environment.Store).OpenAsync(artifact, file, cancellationToken);
        return await ReadAsync(stream, $"{artifact.Path}/{file}", cancellationToken);
    }

    private static async Task<SafetensorsContent> ReadAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await Safetensors.ReadAsync(stream, name, cancellationToken);
        }
        catch (WeightsException fault)
        {
            throw new PermanentStageException(fault.Message, fault);
        }
    }
}
