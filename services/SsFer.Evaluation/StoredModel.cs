using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Weights;
using SsFer.Planning;
using SsFer.Recipes;
using SsFer.Stages;

namespace SsFer.Evaluation;

/// <summary>A model's weights and their description, from the store or from a file.</summary>
public sealed record StoredModel(string Name, ModelDescription Description, SafetensorsContent Weights) : IDisposable
{
    private bool _isStored;

    /// <summary>How the faces it learned from were cut; null where the file does not say.</summary>
    public FacePreparation? KnownPreparation { get; } =
        StoredPreparation.TryFind(Weights.Metadata, Name, out var preparation) ? preparation : null;

    /// <summary>How faces are cut for it; by default settings where the file does not say.</summary>
    public FacePreparation Preparation => KnownPreparation ?? new FacePreparation { Size = Description.Model.ImageSize };

    /// <summary>Of its probabilities; 1 where the file does not say.</summary>
    public double Temperature { get; } = StoredTemperature.Find(Weights.Metadata, Name);

    /// <summary>What it learned from, as its file tells, or else the run of the store that made it.</summary>
    /// <exception cref="CorruptArtifactException">The file's metadata cannot be read.</exception>
    public async Task<WeightsLineage> LineageAsync(IArtifactStore store, CancellationToken cancellationToken)
    {
        var told = WeightsLineage.Of(Weights.Metadata, Name);
        return told.Runs.Count == 0 && _isStored ? await new Lineage(store).OfAsync(ModelCard.WeightsPath(Name), cancellationToken) : told;
    }

    /// <param name="store">Where models are.</param>
    /// <param name="model">Id of a model in the store, or a .safetensors file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="WeightsException">The file is not a classifier of SsFer's.</exception>
    /// <exception cref="ModelNotFoundException">Neither a model nor a file has this name.</exception>
    public static async Task<StoredModel> OpenAsync(IArtifactStore store, string model, CancellationToken cancellationToken)
    {
        if (!File.Exists(model))
        {
            return await OpenStoredAsync(store, model, cancellationToken);
        }

        if (Path.GetExtension(model).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            throw new WeightsException(
                $"{model} is an ONNX file, which ssfer predict takes: name the model it was exported from, or its .safetensors file"
            );
        }

        await using var stream = File.OpenRead(model);
        return await ReadAsync(stream, model, cancellationToken);
    }

    /// <summary>A model of the store, whatever files there are.</summary>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    public static async Task<StoredModel> OpenStoredAsync(IArtifactStore store, string model, CancellationToken cancellationToken)
    {
        await using var stream = await OpenWeightsAsync(store, model, cancellationToken);
        var stored = await ReadAsync(stream, model, cancellationToken);
        stored._isStored = true;
        return stored;
    }

    public void Dispose() => Weights.Dispose();

    private static async Task<StoredModel> ReadAsync(Stream stream, string model, CancellationToken cancellationToken)
    {
        var weights = await Safetensors.ReadAsync(stream, model, cancellationToken);
        try
        {
            var description = DescribedWeights.Of(weights, model);
            return description.Classes.Count > 0
                ? new StoredModel(model, description, weights)
                : throw new WeightsException(
                    $"{model} is an encoder without classes: fine-tune it first with ssfer finetune --encoder {model}"
                );
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private static async Task<Stream> OpenWeightsAsync(IArtifactStore store, string model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
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
