using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.FaceDetection;

/// <summary>What a planned face detection stage is to prepare (<see cref="PlannedStage.Parameters"/>).</summary>
public sealed record FaceDetectionParameters
{
    private static readonly PreparationOptions Defaults = new();

    /// <summary>Name of the dataset; the runs that use it name the same.</summary>
    public required string Dataset { get; init; }

    /// <summary>Version of its raw pictures.</summary>
    public required string Version { get; init; }

    /// <summary>See <see cref="PreparationOptions.Size"/>.</summary>
    public int Size { get; init; } = Defaults.Size;

    /// <summary>As <see cref="DetectorChoice.Parse"/> reads it.</summary>
    public string Detector { get; init; } = Defaults.Detector.Name;

    /// <summary>See <see cref="PreparationOptions.Border"/>.</summary>
    public float? Border { get; init; }

    /// <summary>See <see cref="PreparationOptions.Margin"/>.</summary>
    public float Margin { get; init; } = Defaults.Margin;

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ArtifactJson.Configuration);

    /// <exception cref="PermanentStageException">They cannot be meant; the message names the stage and what is wrong.</exception>
    internal static FaceDetectionParameters Of(PlannedStage stage)
    {
        try
        {
            var parameters = stage.Parameters.Deserialize<FaceDetectionParameters>(ArtifactJson.Configuration)
                ?? throw new JsonException("they are null");
            return parameters.Size > 0 ? parameters : throw new JsonException($"size must be positive, it is {parameters.Size}");
        }
        catch (JsonException fault)
        {
            throw new PermanentStageException($"the parameters of stage '{stage.Name}' cannot be read: {fault.Message}", fault);
        }
    }

    /// <exception cref="PreparationException">The detector is unknown.</exception>
    internal PreparationOptions ToOptions(PreparationOptions basis) =>
        basis with
        {
            Size = Size,
            Detector = DetectorChoice.Parse(Detector),
            Border = Border,
            Margin = Margin,
        };
}
