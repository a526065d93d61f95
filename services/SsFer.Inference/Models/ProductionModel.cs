using System.Globalization;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Inference.Candidates;

namespace SsFer.Inference.Models;

/// <summary>
/// Serves the model that the production alias names, the built-in one until there is any, and changes over when the alias moves; see
/// <see cref="ModelSlot"/>. What the alias says of a candidate it hands on.
/// </summary>
internal sealed class ProductionModel(
    ModelLoader loader,
    ModelRegistry registry,
    CandidateModel candidate,
    IOptions<InferenceOptions> options,
    TimeProvider time,
    ILogger<ProductionModel> logger
) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ModelSlot _slot = new("model", loader, time, logger);
    private string? _complaint;
    private volatile bool _hasLooked;

    /// <summary>The model that should be in production and is not, because it did not load; null where there is none.</summary>
    internal Refusal? Refusal => _slot.Refusal;

    /// <summary>
    /// Whether what should be in production is known, and either serves, was refused, or is nothing. Until then an instance that
    /// has just started has nothing to answer with and is not to be asked.
    /// </summary>
    internal bool HasLooked => _hasLooked;

    /// <summary>Whether there will be a model in a moment.</summary>
    internal bool IsLoading => _slot.IsLoading || !_hasLooked;

    /// <summary>Why the alias could not be read at the last look; null where it could.</summary>
    internal string? Complaint => Volatile.Read(ref _complaint);

    private string Serving => _slot.Current?.Pipeline.Model.Description.Id ?? "no model";

    /// <summary>The model in production, or null where there is none yet.</summary>
    public ModelLease? TryLease() => _slot.TryLease();

    /// <summary>
    /// Looks at the alias and, where it has moved, loads its model and puts it into service. Faults are logged, not thrown.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var alias = await registry.ReadAsync(cancellationToken);
            await _slot.FollowAsync(alias.Latest is { } latest ? Wanted(latest) : null, Serving, cancellationToken);
            if (_slot.Current is null)
            {
                await FallBackAsync(alias, cancellationToken);
            }

            _hasLooked = true;
            await candidate.FollowAsync(alias.Candidate, Serving, cancellationToken);
            _complaint = null;
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
        _slot.Dispose();
        _turn.Dispose();
    }

    /// <summary>
    /// What an instance that has just started answers with where what is in production does not load: the model before it, as instances
    /// do that were there when it was promoted, or else the built-in one.
    /// </summary>
    private async Task FallBackAsync(ProductionAlias alias, CancellationToken cancellationToken)
    {
        if (alias.History is [.., var before, _] && await TryLoadAsync(Wanted(before), cancellationToken))
        {
            logger.ServesEarlier(before.Model);
        }
        else if (options.Value.BuiltInModel)
        {
            _slot.Put(key: null, await loader.LoadBuiltInAsync(cancellationToken));
            logger.ServesBuiltIn(Serving);
        }
    }

    private async Task<bool> TryLoadAsync(WantedModel wanted, CancellationToken cancellationToken)
    {
        try
        {
            _slot.Put(wanted.Key, await loader.LoadAsync(wanted.Model, wanted.Promotion, cancellationToken));
            return true;
        }
        catch (ExpressionModelException)
        {
            return false; // that of the model in production is the one to tell of
        }
    }

    private static WantedModel Wanted(AliasEntry promotion) =>
        new(promotion.Sequence.ToString(CultureInfo.InvariantCulture), promotion.Model, promotion.Sequence);

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
