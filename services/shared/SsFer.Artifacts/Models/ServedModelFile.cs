using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Models;

/// <summary>The ONNX file of a model in the store, as its card tells it.</summary>
/// <param name="Content">The whole file.</param>
/// <param name="Card">The model's card as it is stored; null where there is none.</param>
/// <param name="IsVerified">False where the card, from before this was noted, tells no digest.</param>
public sealed record ServedModelFile(byte[] Content, JsonElement? Card, bool IsVerified)
{
    private const string DigestName = "onnxSha256";

    /// <exception cref="ArtifactNotFoundException">There is no such file.</exception>
    /// <exception cref="CorruptArtifactException">It is not the file that the card tells of, or the card is damaged.</exception>
    public static async Task<ServedModelFile> ReadAsync(IArtifactStore store, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var path = ServedModel.PathOf(id);
        using var buffer = new MemoryStream();
        await using (var stream = await store.OpenReadAsync(path, cancellationToken))
        {
            await stream.CopyToAsync(buffer, cancellationToken);
        }

        var content = buffer.ToArray();
        var card = (await store.TryReadJsonAsync<JsonElement>(ModelPaths.Card(id), cancellationToken))?.Value;
        var told = DigestIn(card, ModelPaths.Card(id));
        var found = Convert.ToHexStringLower(SHA256.HashData(content));
        return told is null || told.Equals(found, StringComparison.OrdinalIgnoreCase)
            ? new ServedModelFile(content, card, told is not null)
            : throw new CorruptArtifactException(
                $"{path} is not the file that was evaluated: its SHA-256 is {found}, the model's card says {told}; put the file back, "
                    + "or train the model again under another name"
            );
    }

    private static string? DigestIn(JsonElement? card, string path) =>
        card switch
        {
            null => null,
            { ValueKind: not JsonValueKind.Object } => throw new CorruptArtifactException($"'{path}' is damaged, it is no card of a model"),
            { } present when !present.TryGetProperty(DigestName, out var told) || told.ValueKind == JsonValueKind.Null => null,
            { } present when present.GetProperty(DigestName) is { ValueKind: JsonValueKind.String } told => told.GetString(),
            _ => throw new CorruptArtifactException($"'{path}' is damaged, its {DigestName} is no text"),
        };
}
