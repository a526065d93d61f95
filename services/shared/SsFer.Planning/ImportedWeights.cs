using System.Security.Cryptography;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>
/// Weights from a file, copied into the store for a run to start from (<c>checkpoints/imported/{hash}/</c>), and what their metadata
/// say of the model and of the faces it has seen.
/// </summary>
public static class ImportedWeights
{
    private const string Folder = "imported";

    /// <summary>Stores them, once for the same bytes.</summary>
    /// <param name="store">Receives them.</param>
    /// <param name="bytes">The file, known to be one of weights.</param>
    /// <param name="metadata">Of the file.</param>
    /// <param name="cancellationToken">Stops before the weights are stored.</param>
    /// <returns>Path in the store of the weights.</returns>
    public static async Task<string> PutAsync(
        IArtifactStore store,
        byte[] bytes,
        IReadOnlyDictionary<string, string> metadata,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        var folder = $"{Containers.Checkpoints}/{Folder}/{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}";
        await store.PutAsync(MetadataOf(folder), new MemoryStream(ArtifactJson.Serialize(metadata)), cancellationToken);
        var path = $"{folder}/{StageFiles.Weights}";
        await store.PutAsync(path, new MemoryStream(bytes), cancellationToken);
        return path;
    }

    /// <summary>The metadata of weights that were imported; null where the path is that of a run's or a model's.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>?> FindMetadataAsync(
        IArtifactStore store,
        string path,
        CancellationToken cancellationToken
    ) =>
        path.Split('/') is [Containers.Checkpoints, Folder, var hash, StageFiles.Weights]
            ? (
                await store.TryReadJsonAsync<Dictionary<string, string>>(
                    MetadataOf($"{Containers.Checkpoints}/{Folder}/{hash}"),
                    cancellationToken
                )
            )?.Value
                ?? []
            : null;

    private static string MetadataOf(string folder) => $"{folder}/metadata.json";
}
