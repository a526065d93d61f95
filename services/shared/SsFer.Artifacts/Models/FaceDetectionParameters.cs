using System.Text.Json;
using System.Text.Json.Serialization;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Recipes;

namespace SsFer.Artifacts.Models;

/// <summary>What a planned face detection stage is to prepare (<see cref="PlannedStage.Parameters"/>).</summary>
public sealed record FaceDetectionParameters
{
    private static readonly FacePreparation Defaults = new() { Size = 224 };

    /// <summary>Name of the dataset; the runs that use it name the same.</summary>
    public required string Dataset { get; init; }

    /// <summary>Version of its raw pictures.</summary>
    public required string Version { get; init; }

    /// <summary>Side of a prepared face in pixels. Default 224.</summary>
    public int Size { get; init; } = Defaults.Size;

    /// <summary>See <see cref="FacePreparation.Detector"/>.</summary>
    public string Detector { get; init; } = Defaults.Detector;

    /// <summary>See <see cref="FacePreparation.Border"/>.</summary>
    public float? Border { get; init; }

    /// <summary>See <see cref="FacePreparation.Margin"/>.</summary>
    public float Margin { get; init; } = Defaults.Margin;

    /// <summary>All but what is prepared.</summary>
    [JsonIgnore]
    public FacePreparation Preparation =>
        new()
        {
            Size = Size,
            Detector = Detector,
            Border = Border,
            Margin = Margin,
        };

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ArtifactJson.Configuration);

    /// <exception cref="PermanentStageException">They cannot be meant; the message names the stage and what is wrong.</exception>
    public static FaceDetectionParameters Of(PlannedStage stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
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
}
