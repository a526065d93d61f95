using System.Runtime.CompilerServices;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Artifacts.Kept;

/// <summary>
/// Pictures that were kept for labelling: <c>kept/{id}/kept.json</c> and the file beside it. What is told of a picture is written before
/// it and erased after it, so that no file is ever there that a listing does not show.
/// </summary>
public sealed class KeptPictureStore(IArtifactStore store)
{
    private const string Root = $"{Containers.Kept}/";
    private const string Document = "kept.json";

    /// <param name="picture">What is told of it.</param>
    /// <param name="file">The picture, of the format told.</param>
    /// <param name="cancellationToken">Stops between the two writes.</param>
    public async Task AddAsync(KeptPicture picture, byte[] file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(picture);
        await store.TryPutJsonIfAbsentAsync(DocumentOf(picture.Id), picture, cancellationToken);
        using var content = new MemoryStream(file, writable: false);
        await store.PutAsync(FileOf(picture), content, cancellationToken);
    }

    /// <summary>The oldest first.</summary>
    /// <exception cref="CorruptArtifactException">What is told of one is damaged.</exception>
    public async IAsyncEnumerable<KeptPicture> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in store.ListAsync(Root, cancellationToken))
        {
            if (
                entry.Path.EndsWith($"/{Document}", StringComparison.Ordinal)
                && await store.TryReadJsonAsync<KeptPicture>(entry.Path, cancellationToken) is { } stored
            )
            {
                yield return stored.Value;
            }
        }
    }

    /// <summary>How many were kept on a day (UTC).</summary>
    public async Task<int> CountAsync(DateOnly day, CancellationToken cancellationToken) =>
        await store
            .ListAsync(Root + KeptPicture.PrefixOf(day), cancellationToken)
            .CountAsync(entry => entry.Path.EndsWith($"/{Document}", StringComparison.Ordinal), cancellationToken);

    /// <summary>The file; its length is not known beforehand.</summary>
    /// <exception cref="ArtifactNotFoundException">It was erased meanwhile, or its writing has not ended.</exception>
    public Task<Stream> OpenAsync(KeptPicture picture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return store.OpenReadAsync(FileOf(picture), cancellationToken);
    }

    /// <exception cref="UnknownKeptPictureException">There is none of this id.</exception>
    public async Task EraseAsync(string id, CancellationToken cancellationToken)
    {
        if (await EraseAllAsync($"{Root}{ArtifactPath.RequireName("id of a kept picture", id)}/", _ => false, cancellationToken) == 0)
        {
            throw new UnknownKeptPictureException(id);
        }
    }

    /// <summary>Erases all that were kept before a day (UTC).</summary>
    /// <returns>How many there were.</returns>
    public Task<int> EraseBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var end = Root + KeptPicture.PrefixOf(day);
        return EraseAllAsync(Root, path => string.CompareOrdinal(path, end) >= 0, cancellationToken);
    }

    private async Task<int> EraseAllAsync(string prefix, Func<string, bool> isBeyond, CancellationToken cancellationToken)
    {
        var paths = await store
            .ListAsync(prefix, cancellationToken)
            .Select(entry => entry.Path)
            .TakeWhile(path => !isBeyond(path))
            .ToListAsync(cancellationToken);
        foreach (var path in paths.OrderBy(path => path.EndsWith($"/{Document}", StringComparison.Ordinal)))
        {
            await store.DeleteAsync(path, cancellationToken);
        }

        return paths.Select(path => path.Split('/')[1]).Distinct(StringComparer.Ordinal).Count();
    }

    private static string DocumentOf(string id) => $"{Root}{id}/{Document}";

    private static string FileOf(KeptPicture picture) => $"{Root}{picture.Id}/picture.{picture.Format}";
}

/// <summary>No picture is kept under this id.</summary>
public sealed class UnknownKeptPictureException(string id)
    : ArtifactException($"no picture is kept as '{id}': ssfer kept list shows what there is");
