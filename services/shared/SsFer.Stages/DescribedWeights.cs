using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Weights;
using SsFer.Stages.Faces;

namespace SsFer.Stages;

/// <summary>What weights files say of their model and of what it learned from.</summary>
public static class DescribedWeights
{
    /// <exception cref="WeightsException">The file was not written by SsFer.</exception>
    public static ModelDescription Of(SafetensorsContent content, string name)
    {
        ArgumentNullException.ThrowIfNull(content);
        try
        {
            return ModelDescription.TryFind(content.Metadata, name)
                ?? throw new WeightsException(
                    $"{name} does not say which model it holds: only weights written by SsFer can be used without a recipe"
                );
        }
        catch (CorruptArtifactException fault)
        {
            throw new WeightsException(fault.Message, fault);
        }
    }

    /// <summary>What a training stage writes into its weights.</summary>
    /// <param name="claim">The stage.</param>
    /// <param name="classes">In the order of the logits; none for an encoder.</param>
    /// <param name="start">The weights that it starts from; null for random ones.</param>
    public static IReadOnlyDictionary<string, string> MetadataOf(StageClaim claim, IReadOnlyList<string> classes, SafetensorsContent? start)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var recipe = StageEnvironment.RecipeOf(claim.Spec);
        var description = new ModelDescription
        {
            Model = recipe.Model,
            Normalisation = recipe.Normalisation,
            Classes = classes,
        };
        var before = start is null ? WeightsLineage.Nothing : WeightsLineage.Of(start.Metadata, "the weights to start from");
        return new Dictionary<string, string>(description.ToMetadata().Append(before.After(claim.SpecOfPreparedFaces()).ToMetadata()));
    }
}
