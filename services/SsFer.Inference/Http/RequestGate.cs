using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>How many requests, and how many of their pictures, are worked on at a time in this process.</summary>
internal sealed class RequestGate(IOptions<InferenceOptions> options) : IDisposable
{
    private readonly ConcurrencyLimiter _requests = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = options.Value.MaxConcurrentRequests,
            QueueLimit = options.Value.MaxWaitingRequests,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Requests that have their turn now.</summary>
    public int InWork => options.Value.MaxConcurrentRequests - (int)_requests.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Requests that wait for theirs.</summary>
    public int Waiting => (int)_requests.GetStatistics()!.CurrentQueuedCount;

    /// <summary>One per picture that is decoded and searched.</summary>
    public SemaphoreSlim Pictures { get; } = new(options.Value.Parallelism);

    /// <summary>Waits for a turn, which ends with the lease.</summary>
    /// <exception cref="RequestRefusedException">Too many wait already.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        var lease = await _requests.AcquireAsync(1, cancellationToken);
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        throw RequestRefusedException.Busy(
            $"{options.Value.MaxConcurrentRequests} requests are in work and {options.Value.MaxWaitingRequests} wait: "
                + "try again in a moment",
            retryAfter: 1
        );
    }

    public void Dispose()
    {
        _requests.Dispose();
        Pictures.Dispose();
    }
}
