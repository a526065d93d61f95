using System.Threading.RateLimiting;
using Microsoft.Extensions.Time.Testing;
using SsFer.ServiceDefaults.Access;

namespace SsFer.ServiceDefaults.Tests.Access;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Bucket_Emptied_GainsOneAfterItsShareOfAMinuteToTheTick()
    {
        using var bucket = new TokenBucket(7, _time);
        Assert.All(Enumerable.Range(0, 7), _ => Assert.True(bucket.AttemptAcquire().IsAcquired));
        var share = TimeSpan.FromTicks(TimeSpan.TicksPerMinute / 7);

        using var refused = bucket.AttemptAcquire();
        _time.Advance(share - TimeSpan.FromTicks(1));
        var tooEarly = bucket.AttemptAcquire().IsAcquired;
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.False(refused.IsAcquired);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out var pause));
        Assert.Equal(share, pause);
        Assert.False(tooEarly);
        Assert.True(bucket.AttemptAcquire().IsAcquired);
        Assert.False(bucket.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public void Bucket_AfterAnyTime_HoldsNoMoreThanAMinutesWorth()
    {
        using var bucket = new TokenBucket(60, _time);
        bucket.AttemptAcquire();
        _time.Advance(TimeSpan.FromDays(100));

        Assert.Equal(60, bucket.GetStatistics()!.CurrentAvailablePermits);
        Assert.All(Enumerable.Range(0, 60), _ => Assert.True(bucket.AttemptAcquire().IsAcquired));
        Assert.False(bucket.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public void Bucket_OnlyWhileFull_IsIdle_SoThatForgettingItLosesNothing()
    {
        using var bucket = new TokenBucket(60, _time);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(5), bucket.IdleDuration);

        bucket.AttemptAcquire();
        Assert.Null(bucket.IdleDuration);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, bucket.IdleDuration);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), bucket.IdleDuration);
    }
}
