using SsFer.Artifacts.Storage;
using SsFer.Recipes;

namespace SsFer.Inference.Models;

/// <summary>A model that a slot is to serve.</summary>
/// <param name="Key">Tells this wish from every other, also for the same model.</param>
/// <param name="Model">Its id.</param>
/// <param name="Promotion">Number of the promotion that brought it into production; null for a candidate.</param>
internal sealed record WantedModel(string Key, string Model, long? Promotion);

/// <summary>
/// One model in service. Another is loaded beside it and takes over once it answers: requests under way keep the model they began
/// with, later ones get the new one, and the old one is unloaded when its last request ends. A model that does not load is refused
/// and the one before keeps serving; what refused it may pass, such as memory that was short while two models were loaded, so it is
/// tried again, after growing pauses. Leasing is thread-safe; all that changes the slot is done by one caller at a time.
/// </summary>
/// <param name="role">How the log calls what it serves.</param>
/// <param name="loader">Loads it.</param>
/// <param name="time">Measures the pauses.</param>
/// <param name="logger">Is told of changes and refusals.</param>
internal sealed class ModelSlot(string role, ModelLoader loader, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private ServedPipeline? _current;
    private Refusal? _refusal;
    private volatile bool _isLoading;

    /// <summary>What is served; null where nothing is. Stays loaded while it is in the slot.</summary>
    public ServedPipeline? Current => Volatile.Read(ref _current);

    /// <summary>The wish that what is served fulfils; null where nothing is served, or what nobody wished for.</summary>
    public string? Key { get; private set; }

    /// <summary>The model that should be served and is not, because it did not load; null where there is none.</summary>
    public Refusal? Refusal => Volatile.Read(ref _refusal);

    public bool IsLoading => _isLoading;

    /// <summary>What is served; null where nothing is.</summary>
    public ModelLease? TryLease()
    {
        // One that is left for good between the two reads has been replaced already: look again.
        while (Current is { } current)
        {
            if (current.TryLease() is { } lease)
            {
                return lease;
            }
        }

        return null;
    }

    /// <summary>Loads and serves what is wanted, unless it is served already or its next try is not due.</summary>
    /// <param name="wanted">Null where nothing is wanted any more; what is served stays.</param>
    /// <param name="fallback">Id of what answers meanwhile, for the log.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <exception cref="ArtifactException">The store does not answer; a model that does not load is a refusal instead.</exception>
    public async Task FollowAsync(WantedModel? wanted, string fallback, CancellationToken cancellationToken)
    {
        if (_refusal?.Key != wanted?.Key)
        {
            Volatile.Write(ref _refusal, null); // of a wish that counts no longer
        }

        if (wanted is not null && wanted.Key != Key && (_refusal is null || time.GetElapsedTime(_refusal.Since) >= _refusal.Pause))
        {
            await ChangeOverAsync(wanted, fallback, cancellationToken);
        }
    }

    /// <summary>Serves this from now on.</summary>
    public void Put(string? key, ServedPipeline? next)
    {
        Key = key;
        Interlocked.Exchange(ref _current, next)?.Leave();
    }

    /// <summary>Ends the service; leases that are still held stay good.</summary>
    public void Dispose() => Put(null, null);

    private async Task ChangeOverAsync(WantedModel wanted, string fallback, CancellationToken cancellationToken)
    {
        _isLoading = true;
        try
        {
            var next = await loader.LoadAsync(wanted.Model, wanted.Promotion, cancellationToken);
            Put(wanted.Key, next);
            Volatile.Write(ref _refusal, null);
            logger.Serves(role, wanted.Model);
            if (next.Pipeline.Model.Description.Preparation.Detector == DetectorNames.YoloFace)
            {
                logger.UsesAnotherDetector(wanted.Model);
            }
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or ArtifactException or IOException))
        {
            var pause = _refusal is null ? FirstPause : TimeSpan.FromTicks(Math.Min(2 * _refusal.Pause.Ticks, LongestPause.Ticks));
            Volatile.Write(ref _refusal, new Refusal(wanted.Key, wanted.Model, fault.Message, pause, time.GetTimestamp()));
            logger.Refused(role, wanted.Model, fallback, fault.Message, pause);
        }
        finally
        {
            _isLoading = false;
        }
    }
}

/// <summary>A model that this instance should serve and does not.</summary>
/// <param name="Key">Of the wish.</param>
/// <param name="Model">Its id.</param>
/// <param name="Reason">What went wrong at the last try.</param>
/// <param name="Pause">From that try to the next.</param>
/// <param name="Since">When that try ended, as a timestamp of the clock.</param>
internal sealed record Refusal(string Key, string Model, string Reason, TimeSpan Pause, long Since);
