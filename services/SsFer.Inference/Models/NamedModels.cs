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

    private readonly Lock _lock = new();
    private readonly List<(string Id, ServedPipeline Served)> _loaded = []; // the one asked for last at the end
    private readonly Dictionary<string, Task> _loading = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

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
        if (TryLease(id) is { } already)
        {
            return already;
        }

        if (!await store.ExistsAsync(ModelPaths.Card(id), cancellationToken))
        {
            throw new UnknownModelException(id); // before another one makes room for it
        }

        while (true)
        {
            await LoadingOf(id).WaitAsync(cancellationToken);
            if (TryLease(id) is { } loaded)
            {
                return loaded;
            } // else it has made room again
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        lock (_lock)
        {
            _loaded.ForEach(each => each.Served.Leave());
            _loaded.Clear();
        }

        _stopping.Dispose();
    }

    private ModelLease? TryLease(string id)
    {
        lock (_lock)
        {
            var place = _loaded.FindIndex(each => each.Id == id);
            if (place < 0)
            {
                return null;
            }

            var served = _loaded[place].Served;
            _loaded.RemoveAt(place);
            _loaded.Add((id, served));
            return served.TryLease(); // always: it is kept loaded from here
        }
    }

    /// <summary>
    /// One loading for all who wait for it, and none of them ends it: a model that takes longer than a request may is there for the next.
    /// </summary>
    private Task LoadingOf(string id)
    {
        lock (_lock)
        {
            if (_loaded.Any(each => each.Id == id))
            {
                return Task.CompletedTask;
            }

            if (!_loading.TryGetValue(id, out var loading))
            {
                MakeRoom();
                var token = _stopping.Token;
                loading = Task.Run(() => LoadAsync(id, token), token);
                _loading.Add(id, loading);
            }

            return loading;
        }
    }

    private async Task LoadAsync(string id, CancellationToken cancellationToken)
    {
        ServedPipeline? served = null;
        try
        {
            served = await loader.LoadAsync(id, version: null, cancellationToken);
        }
        catch (ExpressionModelException fault)
        {
            throw RequestRefusedException.Unprocessable(fault.Message);
        }
        finally
        {
            lock (_lock)
            {
                _loading.Remove(id);
                if (served is not null)
                {
                    _loaded.Add((id, served));
                }
            }
        }
    }

    private void MakeRoom()
    {
        if (_loaded.Count + _loading.Count < options.Value.MaxNamedModels)
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
