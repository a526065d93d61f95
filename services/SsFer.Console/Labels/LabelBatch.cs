using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Console.Labels;

/// <summary>Labels that were posted together (<c>datasets/{name}/labels/{key}.json</c>), stored once and never changed.</summary>
internal sealed record LabelBatch
{
    /// <summary>The request's idempotency key.</summary>
    public required string Key { get; init; }

    /// <summary>Hash of the labels as they were sent.</summary>
    public required string Content { get; init; }

    public required DateTimeOffset Added { get; init; }

    /// <summary>The version that the labels were checked against.</summary>
    public required string CheckedAgainst { get; init; }

    public required IReadOnlyList<StoredLabel> Labels { get; init; }

    /// <summary>How many of them that version did not have; null in batches from before it was counted.</summary>
    public int? Changes { get; init; }

    public static string FolderOf(string dataset) => $"{Containers.Datasets}/{dataset}/labels/";

    /// <exception cref="ArtifactNameException">The key cannot stand in a path.</exception>
    public static string PathOf(string dataset, string key) =>
        $"{FolderOf(dataset)}{ArtifactPath.RequireName("idempotency key", key)}.json";
}

/// <summary>The expression of one picture.</summary>
/// <param name="Key">Key of the picture in the dataset.</param>
/// <param name="Expression">Name of the class.</param>
/// <param name="Pixels">Hash of the picture as it was imported; another import may have another picture of this key. Null where no
/// picture was imported, or its hash is not known.</param>
internal sealed record StoredLabel(string Key, string Expression, string? Pixels = null);

/// <summary>A label as it was sent.</summary>
/// <param name="Place">Where it stands in the request, for messages: line 3, item 3.</param>
/// <param name="Key">Key of the picture; null where it is named by its file.</param>
/// <param name="Image">Name or path of the picture's file, from anywhere above or below the folder that was imported.</param>
/// <param name="Expression">Name of the class.</param>
internal sealed record SentLabel(string Place, string? Key, string? Image, string Expression)
{
    /// <summary>The picture, as messages call it.</summary>
    public string Picture => Key ?? Image ?? "";
}
