using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Artifacts.Datasets;

/// <summary>Where the parts of a dataset stand in the store, and how its version comes about.</summary>
internal static class DatasetLayout
{
    public const string Root = $"{Containers.Datasets}/";
    private const string Current = "/current.json";

    public static string CurrentOf(string name) => Root + name + Current;

    /// <summary>The dataset a path is the <c>current.json</c> of, or null.</summary>
    public static string? NameOfCurrent(string path)
    {
        var ends = path.StartsWith(Root, StringComparison.Ordinal) && path.EndsWith(Current, StringComparison.Ordinal);
        var name = ends ? path[Root.Length..^Current.Length] : "";
        return DatasetName.IsValid(name) ? name : null;
    }

    public static string ManifestOf(string name, string version) => PartOf(name, version, "manifest.json");

    public static string PartOf(string name, string version, string file) => $"{Root}{name}/{version}/{file}";

    /// <summary>
    /// Folder of the unfinished versions, with its closing slash; no version has its name, which is sixteen hexadecimal digits.
    /// </summary>
    public static string DraftsOf(string name) => $"{Root}{name}/drafts/";

    public static string DraftHeaderOf(string name, string id) => $"{DraftsOf(name)}{id}/draft.json";

    /// <summary>Path of a tar file below the folder of the dataset; its index goes by its name, since it follows from it.</summary>
    public static string ShardOf(string sha256) => $"shards/{sha256}.tar";

    /// <summary>Path of a label table below the folder of the dataset.</summary>
    public static string LabelTableOf(string sha256) => $"label-tables/{sha256}.jsonl";

    /// <summary>Where a file that a manifest lists is stored; see <see cref="ShardInfo.File"/>.</summary>
    public static string PathOf(this DatasetManifest manifest, string file) =>
        file.Contains('/', StringComparison.Ordinal) ? $"{Root}{manifest.Name}/{file}" : PartOf(manifest.Name, manifest.Version, file);

    /// <summary>The version covers the whole description but the name, so that equal content has one version under every name.</summary>
    public static string VersionOf(DatasetManifest manifest)
    {
        var description = JsonSerializer.SerializeToUtf8Bytes(manifest with { Name = "", Version = "" }, ArtifactJson.Line);
        return Convert.ToHexStringLower(SHA256.HashData(description))[..16];
    }

    /// <exception cref="ArtifactNotFoundException">The version does not exist.</exception>
    /// <exception cref="CorruptArtifactException">The manifest is not the one that the version was computed from.</exception>
    public static async Task<DatasetManifest> ReadManifestAsync(
        IArtifactStore store,
        string name,
        string version,
        CancellationToken cancellationToken
    )
    {
        DatasetName.Validate(name);
        var path = ManifestOf(name, version);
        var stored = await store.TryReadJsonAsync<DatasetManifest>(path, cancellationToken) ?? throw new ArtifactNotFoundException(path);
        var manifest = stored.Value;
        return manifest.Name == name && manifest.Version == version && VersionOf(manifest) == version
            ? manifest
            : throw new CorruptArtifactException(
                $"'{path}' is damaged, its content is not that of version {version}: delete it, then import or prepare the dataset again"
            );
    }
}
