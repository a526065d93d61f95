using Azure.Core;
using Azure.Core.Pipeline;

namespace SsFer.Artifacts.Azure;

/// <summary>
/// Sends the blocks of an upload again, and nothing else. Every other request is tried again by the caller of the store, within a time
/// that a claim can wait; a caller could only begin an upload of gigabytes anew.
/// </summary>
internal sealed class BlockRetries() : RetryPolicy(MaxRetries, DelayStrategy.CreateExponentialDelayStrategy(FirstPause, LongestPause))
{
    private const int MaxRetries = 2;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        IsOfAnUpload(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        IsOfAnUpload(message) ? base.ShouldRetryAsync(message, exception) : ValueTask.FromResult(false);

    /// <summary>Staging a block and committing the list of blocks; either may be done twice.</summary>
    private static bool IsOfAnUpload(HttpMessage message) =>
        message.Request.Method == RequestMethod.Put && message.Request.Uri.Query.Contains("comp=block", StringComparison.Ordinal);
}
