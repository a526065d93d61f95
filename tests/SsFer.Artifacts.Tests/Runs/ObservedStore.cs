using System.IO.Pipelines;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Runs;

/// <summary>A store whose writes can be seen, awaited, and made to fail before or after they happen.</summary>
internal sealed class ObservedStore(IArtifactStore inner) : IArtifactStore
{
    private readonly Lock _lock = new();
    private readonly List<string> _log = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs before a conditional put; what it throws, the put throws, and nothing is written.</summary>
    public Func<string, CancellationToken, Task> BeforePut { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Runs after a put was applied; what it throws, the put throws: the answer is lost on its way.</summary>
    public Action<string> AfterPut { get; set; } = _ => { };

    /// <summary>Runs before a streaming put.</summary>
    public Action<string, Stream> BeforeStream { get; set; } = (_, _) => { };

    /// <summary>False: streams can only be read on, as those of a blob service.</summary>
    public bool Seekable { get; set; } = true;

    /// <summary>Runs before a deletion.</summary>
    public Func<string, Task> BeforeDelete { get; set; } = _ => Task.CompletedTask;

    /// <summary>"put PATH" and "delete PATH", in order.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_lock)
            {
                return [.. _log];
            }
        }
    }

    /// <summary>Completes when the condition holds; it is looked at after every write. Fails after a minute without one.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (await condition())
            {
                return;
            }

            await changed.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
        }
    }

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) =>
        inner.TryReadAsync(path, cancellationToken);

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        var stream = await inner.OpenReadAsync(path, cancellationToken);
        return Seekable ? stream : PipeReader.Create(stream).AsStream();
    }

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) => inner.ExistsAsync(path, cancellationToken);

    public async Task PutAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        BeforeStream(path, content);
        await inner.PutAsync(path, content, cancellationToken);
        Note($"put {path}");
    }

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        PutAsync(path, () => inner.TryPutIfAbsentAsync(path, content, cancellationToken), cancellationToken);

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        PutAsync(path, () => inner.TryPutIfMatchAsync(path, content, etag, cancellationToken), cancellationToken);

    public IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        await BeforeDelete(path);
        await inner.DeleteAsync(path, cancellationToken);
        Note($"delete {path}");
    }

    private async Task<string?> PutAsync(string path, Func<Task<string?>> put, CancellationToken cancellationToken)
    {
        try
        {
            await BeforePut(path, cancellationToken);
        }
        catch
        {
            Note($"refused {path}");
            throw;
        }

        var tag = await put();
        Note(tag is null ? $"missed {path}" : $"put {path}");
        AfterPut(path);
        return tag;
    }

    private void Note(string entry)
    {
        lock (_lock)
        {
            _log.Add(entry);
        }

        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
