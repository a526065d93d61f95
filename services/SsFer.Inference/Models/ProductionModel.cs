using Microsoft.Extensions.Options;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Recipes;

namespace SsFer.Inference.Models;

/// <summary>
/// Serves the model that the production alias names, the built-in one until there is any, and changes over when the alias moves:
/// requests under way keep the model they began with, later ones get the new one, and the old one is unloaded when its last request
/// ends. A model that does not load is refused and the one before keeps serving; what refused it may pass, such as memory that was
/// short while two models were loaded, so it is tried again, after growing pauses.
/// </summary>
internal sealed class ProductionModel(
    ModelLoader loader,
    ModelRegistry registry,
    IOptions<InferenceOptions> options,
    TimeProvider time,
    ILogger<ProductionModel> logger
) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private ServedPipeline? _current;
    private Refusal? _refusal;
    private string? _complaint;
    private volatile bool _hasLooked;
    private volatile bool _isLoading;

    /// <summary>The model that should be in production and is not, because it did not load; null where there is none.</summary>
    internal Refusal? Refusal => Volatile.Read(ref _refusal);

    /// <summary>
    /// Whether what should be in production is known, and either serves, was refused, or is nothing. Until then an instance that
    /// has just started has nothing to answer with and is not to be asked.
    /// </summary>
    internal bool HasLooked => _hasLooked;

    /// <summary>Whether there will be a model in a moment.</summary>
    internal bool IsLoading => _isLoading || !_hasLooked;

    /// <summary>Why the alias could not be read at the last look; null where it could.</summary>
    internal string? Complaint => Volatile.Read(ref _complaint);

    private string Serving => _current?.Pipeline.Model.Description.Id ?? "no model";

    /// <summary>The model in production, or null where there is none yet.</summary>
    public ModelLease? TryLease()
    {
        // One that is left for good between the two reads has been replaced already: look again.
        while (Volatile.Read(ref _current) is { } current)
        {
            if (current.TryEnter())
            {
                return new ModelLease(current);
            }
        }

        return null;
    }

    /// <summary>
    /// Looks at the alias and, where it has moved, loads its model and puts it into service. Faults are logged, not thrown.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var wanted = (await registry.ReadAsync(cancellationToken)).Latest;
            if (_refusal?.Sequence != wanted?.Sequence)
            {
                Volatile.Write(ref _refusal, null); // of a promotion that counts no longer
            }

            if (
                wanted is not null
                && wanted.Sequence != _current?.Version.Promotion
                && (_refusal is null || time.GetElapsedTime(_refusal.Since) >= _refusal.Pause)
            )
            {
                await ChangeOverAsync(wanted, cancellationToken);
            }
            else if (wanted is null && _current is null && options.Value.BuiltInModel)
            {
                Volatile.Write(ref _current, await loader.LoadBuiltInAsync(cancellationToken));
                logger.ServesBuiltIn(Serving);
            }

            _complaint = null;
            _hasLooked = true;
        }
        catch (Exception fault) when (fault is ArtifactException or IOException)
        {
            Complain(fault); // the store may be back at the next look
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends production; leases that are still held stay good.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _current, null)?.Leave();
        _turn.Dispose();
    }

    private async Task ChangeOverAsync(AliasEntry wanted, CancellationToken cancellationToken)
    {
        _isLoading = true;
        try
        {
            var next = await loader.LoadAsync(wanted.Model, wanted.Sequence, cancellationToken);
            Interlocked.Exchange(ref _current, next)?.Leave();
            Volatile.Write(ref _refusal, null);
            logger.Serves(wanted.Model);
            if (next.Pipeline.Model.Description.Preparation.Detector == DetectorNames.YoloFace)
            {
                logger.UsesAnotherDetector(wanted.Model);
            }
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or ArtifactException or IOException))
        {
            var pause = _refusal is null ? FirstPause : TimeSpan.FromTicks(Math.Min(2 * _refusal.Pause.Ticks, LongestPause.Ticks));
            Volatile.Write(ref _refusal, new Refusal(wanted.Sequence, wanted.Model, fault.Message, pause, time.GetTimestamp()));
            logger.Refused(wanted.Model, Serving, fault.Message, pause);
        }
        finally
        {
            _isLoading = false;
        }
    }

    /// <summary>The same fault every few seconds is worth one line.</summary>
    private void Complain(Exception fault)
    {
        if (fault.Message == _complaint)
        {
            return;
        }

        _complaint = fault.Message;
        logger.CouldNotLook(Serving, fault.Message);
    }
}

/// <summary>A model in production that this instance does not serve.</summary>
/// <param name="Sequence">Of its promotion.</param>
/// <param name="Model">Its id.</param>
/// <param name="Reason">What went wrong at the last try.</param>
/// <param name="Pause">From that try to the next.</param>
/// <param name="Since">When that try ended, as a timestamp of the clock.</param>
internal sealed record Refusal(long Sequence, string Model, string Reason, TimeSpan Pause, long Since);
