using SsFer.Artifacts.Storage;

namespace SsFer.ServiceDefaults.Tests;

/// <summary>A folder store that does to its next operations what a test says.</summary>
internal sealed class ScriptedStore : IArtifactStore, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-store-");
    private readonly Queue<Exception?> _before = new();
    private readonly Queue<Exception?> _after = new();

    public ScriptedStore() => Inner = new FolderArtifactStore(_folder.FullName);

    public FolderArtifactStore Inner { get; }

    public string Scratch => Path.Combine(_folder.FullName, ".cache");

    /// <summary>Operations asked for, failed ones included.</summary>
    public int Calls { get; private set; }

    /// <summary>Runs before an operation, with its token.</summary>
    public Func<CancellationToken, Task> Delay { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs once when a write's answer is lost, after the write.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    /// <summary>Listings break off after so many entries, once.</summary>
    public int? BreakListingAfter { get; set; }

    /// <summary>The next operations fail, one each, before anything is done.</summary>
    public void Fail(params Exception[] faults) => Array.ForEach(faults, _before.Enqueue);

    /// <summary>The next write is done, and its answer lost.</summary>
    public void LoseAnswer(Exception fault) => _after.Enqueue(fault);

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) =>
        Do(() => Inner.TryReadAsync(path, cancellationToken), cancellationToken);

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) =>
        Do(() => Inner.OpenReadAsync(path, cancellationToken), cancellationToken);

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) =>
        Do(() => Inner.ExistsAsync(path, cancellationToken), cancellationToken);

    /// <summary>A failing upload has read a part of its source by then.</summary>
    public Task PutAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        if (_before.Count > 0)
        {
            content.ReadByte();
        }

        return Do(
            async () =>
            {
                await Inner.PutAsync(path, content, cancellationToken);
                return true;
            },
            cancellationToken
        );
    }

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Write(() => Inner.TryPutIfAbsentAsync(path, content, cancellationToken), cancellationToken);

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        Write(() => Inner.TryPutIfMatchAsync(path, content, etag, cancellationToken), cancellationToken);

    public async IAsyncEnumerable<StoredArtifact> ListAsync(
        string prefix,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Calls++;
        var left = BreakListingAfter;
        BreakListingAfter = null;
        await foreach (var artifact in Inner.ListAsync(prefix, cancellationToken))
        {
            if (left-- == 0)
            {
                throw new IOException("the connection broke");
            }

            yield return artifact;
        }
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        Do(
            async () =>
            {
                await Inner.DeleteAsync(path, cancellationToken);
                return true;
            },
            cancellationToken
        );

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<string?> Write(Func<Task<string?>> write, CancellationToken cancellationToken)
    {
        var tag = await Do(write, cancellationToken);
        if (!_after.TryDequeue(out var fault) || fault is null)
        {
            return tag;
        }

        await Meanwhile();
        throw fault;
    }

    private async Task<T> Do<T>(Func<Task<T>> operate, CancellationToken cancellationToken)
    {
        Calls++;
        await Delay(cancellationToken);
        return _before.TryDequeue(out var fault) && fault is not null ? throw fault : await operate();
    }
}
