using System.Runtime.CompilerServices;
using System.Text.Json;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>Joins the index of a shard and its label table, line by line: one picture is held at a time.</summary>
internal static class ShardRows
{
    /// <summary>As <see cref="JoinAsync"/>, from the store itself; what was read is compared with the hashes of the manifest.</summary>
    /// <exception cref="ArtifactNotFoundException">The index or the table is not stored.</exception>
    /// <exception cref="CorruptArtifactException">The index or the table is damaged; the message names it.</exception>
    public static async IAsyncEnumerable<ShardRow> ReadAsync(
        IArtifactStore store,
        DatasetManifest manifest,
        ShardInfo shard,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var indexPath = manifest.PathOf(shard.IndexFile);
        var labelsPath = shard.LabelsFile is { } file ? manifest.PathOf(file) : null;
        await using var index = new HashingStream(await store.OpenReadAsync(indexPath, cancellationToken));
        await using var labels = labelsPath is null ? null : new HashingStream(await store.OpenReadAsync(labelsPath, cancellationToken));
        await foreach (var row in JoinAsync(shard, index, labels, indexPath, cancellationToken))
        {
            yield return row;
        }

        if (index.Sha256 != shard.IndexSha256 || labels?.Sha256 != shard.LabelsSha256)
        {
            throw Damaged(index.Sha256 != shard.IndexSha256 ? indexPath : labelsPath!, "its hash is not the one in the manifest");
        }
    }

    /// <summary>The pictures of a shard in the order of their keys, the erased ones among them.</summary>
    /// <param name="shard">As the manifest lists it.</param>
    /// <param name="index">Its index, which is read to its end.</param>
    /// <param name="labels">Its label table, which is read to its end; null where the index holds the labels itself.</param>
    /// <param name="path">Of the index, for messages.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CorruptArtifactException">One of them says what cannot be, or they do not agree.</exception>
    public static async IAsyncEnumerable<ShardRow> JoinAsync(
        ShardInfo shard,
        Stream index,
        Stream? labels,
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var count = 0;
        var rows = labels is null ? InOneAsync(index, path, cancellationToken) : InTwoAsync(index, labels, path, cancellationToken);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            count++;
            yield return row is { Offset: >= 0, Length: > 0 } && row.Offset + row.Length <= shard.Bytes
                ? row
                : throw Damaged(path, "an entry lies outside its shard");
        }

        if (count != shard.Items)
        {
            throw Damaged(path, $"it has {count} entries instead of {shard.Items}");
        }
    }

    private static async IAsyncEnumerable<ShardRow> InTwoAsync(
        Stream index,
        Stream labels,
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var rows = Lines<LabelRow>(labels, cancellationToken);
        await foreach (var line in LinesAsync<IndexLine<PictureFacts>>(index, path, cancellationToken))
        {
            var row = await NextAsync(rows, path);
            yield return row?.Key == line.Item.Key
                ? new ShardRow(line.Offset, line.Length, line.Extension, line.Item, row)
                : throw Damaged(path, $"its label table has {(row is null ? "no row" : $"'{row.Key}'")} where it has '{line.Item.Key}'");
        }

        if (await NextAsync(rows, path) is { } surplus)
        {
            throw Damaged(path, $"its label table has a row '{surplus.Key}' too many");
        }
    }

    /// <summary>Versions from before there were label tables.</summary>
    private static async IAsyncEnumerable<ShardRow> InOneAsync(
        Stream index,
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var line in LinesAsync<IndexLine<DatasetItem>>(index, path, cancellationToken))
        {
            yield return new ShardRow(line.Offset, line.Length, line.Extension, PictureFacts.Of(line.Item), LabelRow.Of(line.Item));
        }
    }

    private static async IAsyncEnumerable<T> LinesAsync<T>(
        Stream stream,
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : class
    {
        await using var lines = Lines<T>(stream, cancellationToken);
        while (await NextAsync(lines, path) is { } line)
        {
            yield return line;
        }
    }

    private static IAsyncEnumerator<T?> Lines<T>(Stream stream, CancellationToken cancellationToken)
        where T : class =>
        JsonSerializer
            .DeserializeAsyncEnumerable<T>(stream, topLevelValues: true, ArtifactJson.Line, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);

    private static async ValueTask<T?> NextAsync<T>(IAsyncEnumerator<T?> lines, string path)
        where T : class
    {
        try
        {
            return !await lines.MoveNextAsync() ? null : lines.Current ?? throw new JsonException("a line is null");
        }
        catch (JsonException fault)
        {
            throw Damaged(path, fault.Message, fault);
        }
    }

    private static CorruptArtifactException Damaged(string path, string why, Exception? inner = null) =>
        new($"'{path}' is damaged, {why}: import or prepare the dataset again", inner);
}
