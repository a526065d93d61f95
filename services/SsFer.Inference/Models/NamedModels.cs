using Microsoft.Extensions.Options;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Models;

/// <summary>
/// Models beside the one in production, loaded when a request names one, where <see cref="InferenceOptions.NamedModels"/> allows it.
/// No more than <see cref="InferenceOptions.MaxNamedModels"/> are loaded: the one that was not asked for longest makes room.
/// </summary>
internal sealed class NamedModels(ModelLoader loader, IArtifactStore store, IOptions<InferenceOptions> options) : IDisposable
{
    /// <summary>In the option: any model of the store.</summary>
    private const string Any = "*";

    private const int RetryAfter = 1;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<(string Id, ServedPipeline Served)> _loaded = []; // the one asked for last at the end

    /// <exception cref="RequestRefusedException">The service does not answer with this model.</exception>
    public void RequireAllowed(string id)
    {
        if (!options.Value.NamedModels.Contains(Any) && !options.Value.NamedModels.Contains(id))
        {
            throw new RequestRefusedException(
                StatusCodes.Status403Forbidden,
                $"this service does not answer with model '{id}': leave 'model' away for the one in production, or allow it with the "
                    + $"option {InferenceOptions.Section}:{nameof(InferenceOptions.NamedModels)}"
            );
        }
    }

    /// <exception cref="RequestRefusedException">It does not load, or all that may be loaded are in use.</exception>
    /// <exception cref="UnknownModelException">The store has none of this id.</exception>
    public async Task<ModelLease> LeaseAsync(string id, CancellationToken cancellationToken)
    {
        RequireAllowed(id);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var place = _loaded.FindIndex(each => each.Id == id);
            var served = place >= 0 ? _loaded[place].Served : await LoadAsync(id, cancellationToken);
            if (place >= 0)
            {
                _loaded.RemoveAt(place);
            }

            _loaded.Add((id, served));
            served.TryEnter(); // always: it is kept loaded from here
            return new ModelLease(served);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _loaded.ForEach(each => each.Served.Leave());
        _turn.Dispose();
    }

    private async Task<ServedPipeline> LoadAsync(string id, CancellationToken cancellationToken)
    {
        if (!await store.ExistsAsync(ModelPaths.Card(id), cancellationToken))
        {
            throw new UnknownModelException(id);
        }

        MakeRoom();
        try
        {
            return await loader.LoadAsync(id, version: null, cancellationToken);
        }
        catch (ExpressionModelException fault)
        {
            throw RequestRefusedException.Unprocessable(fault.Message);
        }
    }

    private void MakeRoom()
    {
        if (_loaded.Count < options.Value.MaxNamedModels)
        {
            return;
        }

        var oldest = _loaded.FindIndex(each => each.Served.IsIdle);
        if (oldest < 0)
        {
            throw RequestRefusedException.Busy("the models that requests name are all in use: try again in a moment", RetryAfter);
        }

        _loaded[oldest].Served.Leave();
        _loaded.RemoveAt(oldest);
    }
}
