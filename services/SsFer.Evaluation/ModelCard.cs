using System.Text.Json;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Learning.Weights;

namespace SsFer.Evaluation;

/// <summary>What a model in the store is, where it comes from and how it measured (<c>models/{id}/card.json</c>).</summary>
public sealed record ModelCard
{
    public const string CardFile = "card.json";

    public required string Id { get; init; }

    public required RunSpec Run { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>How the faces it learned from were cut out of their pictures; null in cards from before this was noted.</summary>
    public FacePreparation? Preparation { get; init; }

    /// <summary>Which of <see cref="Evaluations"/> is the model itself.</summary>
    public required string Product { get; init; }

    /// <summary>The product and, for comparison, what else the run's stages made.</summary>
    public required IReadOnlyList<ModelEvaluation> Evaluations { get; init; }

    public static string Folder(string id) => $"{Containers.Models}/{id}";

    public static string WeightsPath(string id) => $"{Folder(id)}/weights.safetensors";

    public static string CardPath(string id) => $"{Folder(id)}/{CardFile}";

    /// <summary>Stores weights and ONNX file, then the card: a model without a card does not exist. A model of the same run is left as it is.</summary>
    /// <exception cref="PermanentStageException">Another run's model has this id.</exception>
    public static async Task PublishAsync(IArtifactStore store, ModelCard card, SafetensorsContent weights, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(weights);
        if (await store.TryReadJsonAsync<ModelCard>(CardPath(card.Id), cancellationToken) is { } present)
        {
            if (!ArtifactJson.Serialize(present.Value.Run with { Created = default }).AsSpan().SequenceEqual(ArtifactJson.Serialize(card.Run with { Created = default })))
                throw new PermanentStageException($"model '{card.Id}' exists and was made with other settings: choose another --run");
            return;
        }

        var preparation = card.Preparation ?? throw new ArgumentException("a model is published with the preparation of its faces", nameof(card));
        var metadata = new Dictionary<string, string>(weights.Metadata, StringComparer.Ordinal);
        var (key, told) = preparation.ToMetadata();
        metadata[key] = told;
        using (var buffer = new MemoryStream())
        {
            await Safetensors.WriteAsync(buffer, weights.Tensors, metadata, cancellationToken);
            buffer.Position = 0;
            await store.PutAsync(WeightsPath(card.Id), buffer, cancellationToken);
        }

        using (var buffer = new MemoryStream())
        {
            OnnxModelFile.Write(buffer, card.Id, weights, preparation);
            buffer.Position = 0;
            await store.PutAsync(ServedModel.PathOf(card.Id), buffer, cancellationToken);
        }

        await store.TryPutJsonIfAbsentAsync(CardPath(card.Id), card, cancellationToken);
    }

    /// <summary>A few figures for lists: accuracy of each evaluation.</summary>
    public JsonElement Summary() => JsonSerializer.SerializeToElement(
        Evaluations.ToDictionary(evaluation => evaluation.Model, evaluation => Math.Round(evaluation.Accuracy, 4)));
}
