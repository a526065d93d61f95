using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using SsFer.Artifacts.Storage;

namespace SsFer.ServiceDefaults.Storage;

/// <summary>
/// A store that tries again where a fault may pass. A conditional write whose answer was lost is recognised as this caller's own:
/// the retry finds the condition broken, reads back, and sees the very content it wanted to write.
/// </summary>
/// <remarks>
/// Null from a conditional write still does not prove that nothing was written: after a lost answer another writer may have built
/// on this one's content. Who is refused reads, as <see cref="Artifacts.Runs.StageClaim"/> does, or makes a change that may be made
/// twice. Everything but a streamed write and a listing ends within <see cref="StoreResilienceOptions.TotalTimeout"/>.
/// </remarks>
public sealed class ResilientArtifactStore : IArtifactStore
{
    private readonly IArtifactStore _inner;
    private readonly ILogger _logger;
    private readonly string _spools;
    private readonly ResiliencePipeline _small;
    private readonly ResiliencePipeline _streamed;
    private int _isAway;

    /// <param name="inner">The store that may fail.</param>
    /// <param name="options">Number of tries, pauses, limits.</param>
    /// <param name="cache">Its folder has room for content that comes as a stream which cannot be read twice.</param>
    /// <param name="time">Clock of the pauses and limits.</param>
    /// <param name="logger">Is told when the store stops answering and when it answers again.</param>
    public ResilientArtifactStore(
        IArtifactStore inner,
        StoreResilienceOptions options,
        CacheSpace cache,
        TimeProvider time,
        ILogger<ResilientArtifactStore> logger
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(cache);
        _inner = inner;
        _logger = logger;
        _spools = cache.Folder;
        // Polly allows no strategy of zero retries.
        var retry =
            options.Retries == 0
                ? null
                : new RetryStrategyOptions
                {
                    ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } fault && MayPass(fault)),
                    MaxRetryAttempts = options.Retries,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = options.FirstPause,
                    MaxDelay = options.LongestPause,
                    OnRetry = arguments =>
                    {
                        // Once an outage, however many operations meet it and however often they try.
                        if (Interlocked.Exchange(ref _isAway, 1) == 0)
                        {
                            logger.LogWarning(
                                "{Operation} failed, it is tried again for a while: {Fault}",
                                arguments.Context.OperationKey,
                                arguments.Outcome.Exception?.Message
                            );
                        }

                        return ValueTask.CompletedTask;
                    },
                };
        _small = Build(new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(options.TotalTimeout), retry)
            .AddTimeout(options.AttemptTimeout)
            .Build();
        _streamed = Build(new ResiliencePipelineBuilder { TimeProvider = time }, retry).Build();
    }

    public Task<StoredDocument?> TryReadAsync(string path, CancellationToken cancellationToken) =>
        DoAsync(_small, "reading", path, token => _inner.TryReadAsync(path, token), cancellationToken);

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) =>
        DoAsync(_small, "opening", path, token => _inner.OpenReadAsync(path, token), cancellationToken);

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken) =>
        DoAsync(_small, "looking for", path, token => _inner.ExistsAsync(path, token), cancellationToken);

    public async Task PutAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        await using var spool = content.CanSeek ? null : await SpoolAsync(content, cancellationToken);
        var source = spool ?? content;
        var start = source.Position;
        await DoAsync(
            _streamed,
            "writing",
            path,
            async token =>
            {
                source.Position = start;
                await _inner.PutAsync(path, source, token);
                return true;
            },
            cancellationToken
        );
    }

    public Task<string?> TryPutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        PutIfAsync(path, content, token => _inner.TryPutIfAbsentAsync(path, content, token), cancellationToken);

    public Task<string?> TryPutIfMatchAsync(string path, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        PutIfAsync(path, content, token => _inner.TryPutIfMatchAsync(path, content, etag, token), cancellationToken);

    public async IAsyncEnumerable<StoredArtifact> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        IAsyncEnumerator<StoredArtifact>? cursor = null;
        try
        {
            while (await DoAsync(_streamed, "listing", prefix, _ => AdvanceAsync(), cancellationToken))
            {
                last = cursor!.Current.Path;
                yield return cursor.Current;
            }
        }
        finally
        {
            if (cursor is not null)
            {
                await cursor.DisposeAsync();
            }
        }

        // Listings are ordered: one that broke off is begun anew and read up to where it broke.
        async Task<bool> AdvanceAsync()
        {
            cursor ??= _inner.ListAsync(prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                while (await cursor.MoveNextAsync())
                {
                    if (last is null || string.CompareOrdinal(cursor.Current.Path, last) > 0)
                    {
                        return true;
                    }
                }

                return false;
            }
            catch
            {
                var broken = cursor;
                cursor = null;
                await broken.DisposeAsync();
                throw;
            }
        }
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        DoAsync(
            _small,
            "deleting",
            path,
            async token =>
            {
                await _inner.DeleteAsync(path, token);
                return true;
            },
            cancellationToken
        );

    private Task<string?> PutIfAsync(
        string path,
        ReadOnlyMemory<byte> content,
        Func<CancellationToken, Task<string?>> put,
        CancellationToken cancellationToken
    )
    {
        var answerLost = false;
        return DoAsync(
            _small,
            "writing",
            path,
            async token =>
            {
                try
                {
                    if (await put(token) is { } tag)
                    {
                        return tag;
                    }
                    // Only after a fault: without one the condition was broken by another writer, whatever stands there.
                    return
                        answerLost
                        && await _inner.TryReadAsync(path, token) is { } stored
                        && stored.Content.Span.SequenceEqual(content.Span)
                        ? stored.ETag
                        : null;
                }
                catch
                {
                    answerLost = true;
                    throw;
                }
            },
            cancellationToken
        );
    }

    private async Task<FileStream> SpoolAsync(Stream content, CancellationToken cancellationToken)
    {
        var spool = AnonymousFile.Create(_spools);
        try
        {
            await content.CopyToAsync(spool, cancellationToken);
            spool.Position = 0;
            return spool;
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    private async Task<T> DoAsync<T>(
        ResiliencePipeline pipeline,
        string verb,
        string path,
        Func<CancellationToken, Task<T>> operate,
        CancellationToken cancellationToken
    )
    {
        var context = ResilienceContextPool.Shared.Get($"{verb} '{path}'", cancellationToken);
        try
        {
            var result = await pipeline.ExecuteAsync(
                static async (context, operate) => await operate(context.CancellationToken),
                context,
                operate
            );
            if (Interlocked.Exchange(ref _isAway, 0) == 1)
            {
                _logger.LogInformation("the store answers again");
            }

            return result;
        }
        catch (Exception fault)
            when (MayPass(fault) && fault is not ArtifactUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            throw new ArtifactUnavailableException(path, fault.Message.Split('\n', 2)[0].TrimEnd(), fault);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static ResiliencePipelineBuilder Build(ResiliencePipelineBuilder builder, RetryStrategyOptions? retry) =>
        retry is null ? builder : builder.AddRetry(retry);

    /// <summary>
    /// What the store itself calls passing, and what a store that does not translate its faults throws: the file system, the network,
    /// a try that took too long.
    /// </summary>
    private static bool MayPass(Exception fault) =>
        fault is ArtifactUnavailableException or IOException or TimeoutException or TimeoutRejectedException or HttpRequestException;
}
