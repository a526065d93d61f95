using SsFer.Artifacts.Storage;

namespace SsFer.ServiceDefaults.Storage;

/// <summary>
/// A store that fails as often as it is told to, before the operation or, for writes, after it: the answer is lost on its way.
/// </summary>
internal sealed class FaultInjectingArtifactStore(IArtifactStore inner, FaultInjectionOptions options) : IArtifactStore
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(options.Seed);

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) =>
        Before(path, () => inner.TryReadAsync(path, cancellationToken));

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) =>
        Before(path, () => inner.OpenReadAsync(path, cancellationToken));

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) =>
        Before(path, () => inner.ExistsAsync(path, cancellationToken));

    public Task PutAsync(string path, Stream content, CancellationToken cancellationToken) => Around(path, async () =>
        {
            await inner.PutAsync(path, content, cancellationToken);
            return true;
        });

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Around(path, () => inner.TryPutIfAbsentAsync(path, content, cancellationToken));

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        Around(path, () => inner.TryPutIfMatchAsync(path, content, etag, cancellationToken));

    public IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        FailAtTimes(options.FailureRate, prefix);
        return inner.ListAsync(prefix, cancellationToken);
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => Around(path, async () =>
        {
            await inner.DeleteAsync(path, cancellationToken);
            return true;
        });

    private async Task<T> Before<T>(string path, Func<Task<T>> operate)
    {
        FailAtTimes(options.FailureRate, path);
        return await operate();
    }

    private async Task<T> Around<T>(string path, Func<Task<T>> write)
    {
        var answer = await Before(path, write);
        FailAtTimes(options.LostAnswerRate, path);
        return answer;
    }

    private void FailAtTimes(double rate, string path)
    {
        lock (_lock)
        {
            if (_random.NextDouble() < rate)
            {
                throw new IOException($"fault injected at '{path}'");
            }
        }
    }
}
