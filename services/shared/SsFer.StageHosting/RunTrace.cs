using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.StageHosting;

/// <summary>
/// The trace of a run: its stages hang on the span in which it was launched, in whatever process and however much later they are
/// done. Workers find stages by looking, so that span's context lies in the store (<c>runs/{run}/trace.json</c>), not in a message
/// alone.
/// </summary>
public static class RunTrace
{
    /// <summary>Name of the activity source.</summary>
    public const string SourceName = "SsFer.Runs";

    private const int TraceBytes = 16;
    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of a launch, within that of the request that asks for it; null where nobody collects spans.</summary>
    public static Activity? Launch(string run) => Source.StartActivity("launch run")?.SetTag("ssfer.run", run);

    /// <summary>
    /// Keeps the launch for the run's stages to hang on, unless an earlier launch of the run was kept. To be called before the run
    /// is made: its first stage may begin at once.
    /// </summary>
    public static async Task KeepAsync(IArtifactStore store, string run, Activity? launch, CancellationToken cancellationToken)
    {
        if (launch is not null)
        {
            await store.TryPutJsonIfAbsentAsync(PathOf(run), new KeptLaunch { TraceParent = launch.Id! }, cancellationToken);
        }
    }

    /// <summary>
    /// The parent of what is done for the run. A run that was launched where nobody collects spans has none; its spans share a trace
    /// whose id follows from the run's.
    /// </summary>
    public static async Task<ActivityContext> ContextOfAsync(IArtifactStore store, string run, CancellationToken cancellationToken)
    {
        try
        {
            var kept = await store.TryReadJsonAsync<KeptLaunch>(PathOf(run), cancellationToken);
            return ActivityContext.TryParse(kept?.Value.TraceParent, traceState: null, isRemote: true, out var launch)
                ? launch
                : WithoutLaunch(run);
        }
        // Telemetry keeps nobody from working, nor from handing back what was claimed.
        catch (Exception fault) when (fault is ArtifactException or IOException or OperationCanceledException)
        {
            return WithoutLaunch(run);
        }
    }

    internal static string PathOf(string run) => $"{RunPaths.Folder(run)}/trace.json";

    private static ActivityContext WithoutLaunch(string run)
    {
        var trace = ActivityTraceId.CreateFromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(run)).AsSpan(0, TraceBytes));
        return new ActivityContext(trace, spanId: default, ActivityTraceFlags.Recorded, isRemote: true);
    }

    /// <summary>W3C trace context of the launch.</summary>
    private sealed record KeptLaunch
    {
        public required string TraceParent { get; init; }
    }
}
