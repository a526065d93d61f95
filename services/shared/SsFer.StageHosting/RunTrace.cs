using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace SsFer.StageHosting;

/// <summary>
/// The trace of a run. Its id follows from the run's, so whoever works on the run joins the same trace: woken by a message, by looking, or after a crash,
/// in whatever process.
/// </summary>
public static class RunTrace
{
    private const int TraceBytes = 16;
    private const int SpanBytes = 8;

    /// <summary>To be the parent of everything done for the run.</summary>
    public static ActivityContext ContextOf(string run)
    {
        ReadOnlySpan<byte> hash = SHA256.HashData(Encoding.UTF8.GetBytes(run));
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(hash[..TraceBytes]),
            ActivitySpanId.CreateFromBytes(hash.Slice(TraceBytes, SpanBytes)),
            ActivityTraceFlags.Recorded,
            isRemote: true);
    }
}
