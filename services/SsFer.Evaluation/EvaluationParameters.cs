using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Evaluation.Promotion;

namespace SsFer.Evaluation;

/// <summary>What a planned evaluation stage does beyond measuring (<see cref="PlannedStage.Parameters"/>).</summary>
public sealed record EvaluationParameters
{
    /// <summary>
    /// Faces that the attack is tried on, drawn by the run's seed; 0 leaves the attack out. Default 512: seconds for a small model,
    /// minutes for ViT-Base on a CPU.
    /// </summary>
    public int AttackFaces { get; init; } = AttackStudy.DefaultFaces;

    /// <summary>When the model goes into production; null = never by itself, as in runs of the terminal.</summary>
    public PromotionSettings? Promotion { get; init; }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ArtifactJson.Configuration);

    /// <exception cref="PermanentStageException">They cannot be meant; the message names the stage and what is wrong.</exception>
    internal static EvaluationParameters Of(PlannedStage stage)
    {
        try
        {
            var parameters = stage.Parameters.Deserialize<EvaluationParameters>(ArtifactJson.Configuration)
                ?? throw new JsonException("they are null");
            if (parameters.AttackFaces < 0)
            {
                throw new JsonException($"attackFaces must not be negative, it is {parameters.AttackFaces}");
            }

            parameters.Promotion?.Validate();
            return parameters;
        }
        catch (JsonException fault)
        {
            throw new PermanentStageException($"the parameters of stage '{stage.Name}' cannot be read: {fault.Message}", fault);
        }
    }
}
