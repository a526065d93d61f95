using System.Threading.RateLimiting;

namespace SsFer.ServiceDefaults.Access;

/// <summary>
/// As many requests a minute, of which all may come at once. The framework's own buckets measure by the machine's clock alone
/// (dotnet/runtime #106447); this one by the clock it is given, so that tests need not wait. Thread-safe.
/// </summary>
/// <param name="perMinute">Requests a minute; also the most that are saved up.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenBucket(int perMinute, TimeProvider time) : RateLimiter
{
    private static readonly Granted Acquired = new();

    private readonly Lock _lock = new();

    /// <summary>What a request costs, in ticks of the time in which it is gained; whole numbers, so that nothing is lost.</summary>
    private readonly long _cost = TimeSpan.TicksPerMinute / perMinute;
    private long _credit = TimeSpan.TicksPerMinute / perMinute * perMinute;
    private long _countedAt = time.GetTimestamp();
    private long? _fullSince = time.GetTimestamp();

    /// <summary>Null while a request of the last minute still counts.</summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (_lock)
            {
                Refill();
                return _fullSince is { } since ? time.GetElapsedTime(since) : null;
            }
        }
    }

    private long Full => _cost * perMinute;

    public override RateLimiterStatistics GetStatistics()
    {
        lock (_lock)
        {
            Refill();
            return new RateLimiterStatistics { CurrentAvailablePermits = _credit / _cost };
        }
    }

    /// <summary>How long a bucket of this size takes to gain so many requests.</summary>
    public static TimeSpan TimeOf(long requests, int perMinute) => TimeSpan.FromTicks(TimeSpan.TicksPerMinute / perMinute * requests);

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_lock)
        {
            Refill();
            var price = _cost * permitCount;
            if (_credit < price)
            {
                return new Refused(TimeSpan.FromTicks(price - _credit));
            }

            _credit -= price;
            _fullSince = _credit < Full ? null : _fullSince;
            return Acquired;
        }
    }

    /// <summary>Nobody waits here: a request over its limit is told when to come back.</summary>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AttemptAcquireCore(permitCount));

    private void Refill()
    {
        var now = time.GetTimestamp();
        _credit = Math.Min(Full, _credit + time.GetElapsedTime(_countedAt, now).Ticks);
        _countedAt = now;
        _fullSince = _credit < Full ? null : _fullSince ?? now;
    }

    private sealed class Granted : RateLimitLease
    {
        public override bool IsAcquired => true;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }

    private sealed class Refused(TimeSpan retryAfter) : RateLimitLease
    {
        public override bool IsAcquired => false;

        public override IEnumerable<string> MetadataNames => [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
            return metadata is not null;
        }
    }
}
