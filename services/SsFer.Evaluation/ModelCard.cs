using System.Security.Cryptography;
using System.Text.Json.Serialization;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Evaluation.Int8;
using SsFer.Evaluation.Promotion;
using SsFer.Learning.Weights;
using SsFer.Recipes;

namespace SsFer.Evaluation;

/// <summary>What a model in the store is, where it comes from and how it measured (<c>models/{id}/card.json</c>).</summary>
public sealed record ModelCard
{
    public required string Id { get; init; }

    public required RunSpec Run { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>How the faces it learned from were cut out of their pictures; null in cards from before this was noted.</summary>
    public FacePreparation? Preparation { get; init; }

    /// <summary>Which of <see cref="Evaluations"/> is the model itself.</summary>
    public required string Product { get; init; }

    /// <summary>The product and, for comparison, what else the run's stages made.</summary>
    public required IReadOnlyList<ModelEvaluation> Evaluations { get; init; }

    /// <summary>Null in cards from before this was noted, as are the members that follow.</summary>
    public ModelSize? Size { get; init; }

    /// <summary>Null where the attack was left out.</summary>
    public AttackStudy? Attack { get; init; }

    /// <summary>Null where the product was not made with pseudo-labels.</summary>
    public PseudoLabelShare? PseudoLabels { get; init; }

    /// <summary>Device, arithmetic and threads that the figures were measured with.</summary>
    public string? MeasuredOn { get; init; }

    /// <summary>How it was brought to int8; null where it is served in fp32.</summary>
    public Int8Calibration? Calibration { get; init; }

    /// <summary>What the gate decided; null where none was asked for.</summary>
    public PromotionDecision? Promotion { get; init; }

    /// <summary>SHA-256 of <c>model.onnx</c> in hexadecimal: another file is not served. Set when the card is published.</summary>
    public string? OnnxSha256 { get; init; }

    /// <summary>Likewise of <c>weights.safetensors</c>, for those who train on from it.</summary>
    public string? WeightsSha256 { get; init; }

    /// <summary>The evaluation of the model itself.</summary>
    [JsonIgnore]
    public ModelEvaluation ProductEvaluation => Evaluations.First(evaluation => evaluation.Model == Product);

    /// <summary>That the logits are divided by in the file that is served; 1 where none was fitted.</summary>
    [JsonIgnore]
    public double Temperature => ProductEvaluation.Confidence?.Temperature ?? 1;

    /// <summary>Stands for all that the card says, in hexadecimal.</summary>
    internal string Digest() => Convert.ToHexStringLower(SHA256.HashData(ArtifactJson.Serialize(this)));

    public static string Folder(string id) => $"{Containers.Models}/{id}";

    public static string WeightsPath(string id) => $"{Folder(id)}/weights.safetensors";

    public static string CardPath(string id) => ModelPaths.Card(id);

    public static string ReportPath(string id) => $"{Folder(id)}/report.html";

    /// <summary>The card of a run's model; null where it was never published.</summary>
    /// <exception cref="PermanentStageException">Another run's model has this id.</exception>
    internal static async Task<StoredJson<ModelCard>?> TryReadAsync(IArtifactStore store, RunSpec run, CancellationToken cancellationToken)
    {
        var present = await store.TryReadJsonAsync<ModelCard>(CardPath(run.Id), cancellationToken);
        if (
            present is not null
            && !ArtifactJson
                .Serialize(present.Value.Run with { Created = default })
                .AsSpan()
                .SequenceEqual(ArtifactJson.Serialize(run with { Created = default }))
        )
        {
            throw new PermanentStageException($"model '{run.Id}' exists and was made with other settings: choose another --run");
        }

        return present;
    }

    /// <summary>Stores weights and ONNX file, then the card: a model without a card does not exist.</summary>
    /// <param name="store">Where models are.</param>
    /// <param name="card">What the model is.</param>
    /// <param name="weights">Of the product.</param>
    /// <param name="onnx">Writes the file that is served.</param>
    /// <param name="replaced">The card that this one takes the place of, whose digest counts on; null for a new model.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <returns>The card as it is stored; null where another worker published one of the model meanwhile: that one counts.</returns>
    internal static async Task<ModelCard?> TryPublishAsync(
        IArtifactStore store,
        ModelCard card,
        SafetensorsContent weights,
        Func<Stream, Task> onnx,
        StoredJson<ModelCard>? replaced,
        CancellationToken cancellationToken
    )
    {
        var preparation = card.Preparation
            ?? throw new ArgumentException("a model is published with the preparation of its faces", nameof(card));
        var metadata = new Dictionary<string, string>(weights.Metadata, StringComparer.Ordinal);
        var (key, told) = preparation.ToMetadata();
        metadata[key] = told;
        (key, told) = StoredTemperature.ToMetadata(card.Temperature);
        metadata[key] = told;
        var weightsDigest = await PutUnlessPresentAsync(
            store,
            WeightsPath(card.Id),
            file => Safetensors.WriteAsync(file, weights.Tensors, metadata, cancellationToken),
            cancellationToken
        );
        var digest = await PutUnlessPresentAsync(store, ServedModel.PathOf(card.Id), onnx, cancellationToken);
        var published = card with
        {
            OnnxSha256 = replaced?.Value.OnnxSha256 ?? digest,
            WeightsSha256 = replaced?.Value.WeightsSha256 ?? weightsDigest,
        };
        var etag = await (
            replaced is null
                ? store.TryPutJsonIfAbsentAsync(CardPath(card.Id), published, cancellationToken)
                : store.TryPutJsonIfMatchAsync(CardPath(card.Id), published, replaced.ETag, cancellationToken)
        );
        return etag is null ? null : published;
    }

    /// <summary>
    /// Files that are made of nothing but the product are the same whoever writes them, and stay as they are once they are there:
    /// production may be reading them. Not by a conditional write, which is one of a small document.
    /// </summary>
    /// <returns>SHA-256 of the file that is there now, in hexadecimal.</returns>
    private static async Task<string> PutUnlessPresentAsync(
        IArtifactStore store,
        string path,
        Func<Stream, Task> write,
        CancellationToken cancellationToken
    )
    {
        if (await store.ExistsAsync(path, cancellationToken))
        {
            await using var present = await store.OpenReadAsync(path, cancellationToken);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(present, cancellationToken));
        }

        await using var file = AnonymousFile.Create();
        await write(file);
        file.Position = 0;
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        file.Position = 0;
        await store.PutAsync(path, file, cancellationToken);
        return digest;
    }
}
