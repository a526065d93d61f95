using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Http;

namespace SsFer.ServiceDefaults.Access;

/// <summary>
/// How many requests a caller may make a minute, and at a time: as its key says, else as <see cref="AccessOptions"/> does. Told in the
/// fields RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers-10: <c>q</c> requests in <c>w</c> seconds, of which
/// <c>r</c> are left, and all of them again after <c>t</c> seconds.
/// </summary>
internal sealed class CallerLimits : IDisposable
{
    private const string Policy = "requests";
    private const int WindowSeconds = 60;

    private static readonly TimeSpan PauseOfConcurrent = TimeSpan.FromSeconds(1);

    private readonly AccessOptions _options;
    private readonly PartitionedRateLimiter<HttpContext> _rates;
    private readonly PartitionedRateLimiter<HttpContext> _places;

    public CallerLimits(IOptions<AccessOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _rates = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            PerMinute(context) is { } most
                ? RateLimitPartition.Get<string>(Caller.Of(context), _ => new TokenBucket(most, time))
                : RateLimitPartition.GetNoLimiter("")
        );
        _places = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            Concurrent(context) is { } most
                ? RateLimitPartition.GetConcurrencyLimiter(Caller.Of(context), _ => new ConcurrencyLimiterOptions
                {
                    PermitLimit = most,
                    QueueLimit = 0,
                })
                : RateLimitPartition.GetNoLimiter("")
        );
    }

    public void AddTo(RateLimiterOptions limiter)
    {
        // A place first: a request that gets none costs nothing of the minute's.
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(_places, _rates);
        limiter.OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext, rejected.Lease));
    }

    /// <summary>Says in the answer how much is left to the caller, where it has a limit.</summary>
    public void Tell(HttpContext context)
    {
        if (PerMinute(context) is not { } most)
        {
            return;
        }

        var left = _rates.GetStatistics(context)?.CurrentAvailablePermits ?? 0;
        var headers = context.Response.Headers;
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{Policy}\";q={most};w={WindowSeconds}");
        headers["RateLimit"] = string.Create(
            CultureInfo.InvariantCulture,
            $"\"{Policy}\";r={left};t={WholeSeconds(TokenBucket.TimeOf(most - left, most))}"
        );
    }

    /// <summary>Takes from the caller's minute what a request takes, for a part of a request that is as much work as one.</summary>
    /// <exception cref="RequestRefusedException">Nothing is left of it.</exception>
    public void Count(HttpContext context)
    {
        using var lease = _rates.AttemptAcquire(context);
        if (!lease.IsAcquired)
        {
            lease.TryGetMetadata(MetadataName.RetryAfter, out var pause);
            throw new RequestRefusedException(StatusCodes.Status429TooManyRequests, RateRefusal(context, WholeSeconds(pause)));
        }
    }

    public void Dispose()
    {
        _rates.Dispose();
        _places.Dispose();
    }

    private Task RefuseAsync(HttpContext context, RateLimitLease lease)
    {
        Tell(context);
        var isRate = lease.TryGetMetadata(MetadataName.RetryAfter, out var pause);
        var seconds = WholeSeconds(isRate ? pause : PauseOfConcurrent);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ProblemAnswers.WriteAsync(
            context,
            StatusCodes.Status429TooManyRequests,
            isRate
                ? RateRefusal(context, seconds)
                : $"this caller may have {Concurrent(context)} requests in work at a time: try again when one of them is answered"
        );
    }

    private string RateRefusal(HttpContext context, long seconds) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"this caller may make {PerMinute(context)} requests a minute: try again in {seconds} s"
        );

    private int? PerMinute(HttpContext context) => Caller.KeyOf(context)?.PerMinute ?? _options.RequestsPerMinute;

    private int? Concurrent(HttpContext context) => Caller.KeyOf(context)?.Concurrent ?? _options.ConcurrentRequests;

    private static long WholeSeconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);
}
