using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Weights;
using SsFer.Stages;

namespace SsFer.Evaluation;

/// <summary>A model's weights and their description, from the store or from a file.</summary>
public sealed record StoredModel(string Name, ModelDescription Description, SafetensorsContent Weights) : IDisposable
{
    /// <summary>How faces are cut for it; by default settings where the file is from before this was noted.</summary>
    public FacePreparation Preparation { get; } =
        FacePreparation.TryFind(Weights.Metadata, Name, out var preparation) ? preparation : new FacePreparation { Size = Description.Model.ImageSize };

    /// <param name="store">Where models are.</param>
    /// <param name="model">Id of a model in the store, or a .safetensors file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="WeightsException">The file is not a classifier of SsFer's.</exception>
    /// <exception cref="ModelNotFoundException">Neither a model nor a file has this name.</exception>
    public static async Task<StoredModel> OpenAsync(IArtifactStore store, string model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        await using var stream = File.Exists(model) ? File.OpenRead(model) : await OpenStoredAsync(store, model, cancellationToken);
        var weights = await Safetensors.ReadAsync(stream, model, cancellationToken);
        try
        {
            var description = ModelDescription.Of(weights, model);
            return description.Classes.Count > 0
                ? new StoredModel(model, description, weights)
                : throw new WeightsException($"{model} is an encoder without classes: fine-tune it first with ssfer finetune --encoder {model}");
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public void Dispose() => Weights.Dispose();

    private static async Task<Stream> OpenStoredAsync(IArtifactStore store, string model, CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenReadAsync(ModelCard.WeightsPath(model), cancellationToken);
        }
        catch (Exception fault) when (fault is ArtifactNotFoundException or ArgumentException)
        {
            throw new ModelNotFoundException(model);
        }
    }
}

/// <summary>No model and no file of that name.</summary>
public sealed class ModelNotFoundException(string model)
    : ArtifactException($"there is no model '{model}' in the store and no such file: ssfer models list shows what there is");
