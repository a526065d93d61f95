using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Access;
using SsFer.Artifacts.Storage;

namespace SsFer.ServiceDefaults.Access;

/// <summary>
/// The keys that open something, as they were at the last look at the store. While the store is away those of the last look stay
/// good: an outage of the store takes no caller's answers away. Thread-safe.
/// </summary>
internal sealed partial class ApiKeyring(ApiKeyStore keys, ILogger<ApiKeyring> logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private FrozenDictionary<string, ApiKey>? _known;
    private string? _tag;
    private string? _complaint;

    /// <summary>Whether the keys were ever read; before, nobody can be let in.</summary>
    public bool IsKnown => Volatile.Read(ref _known) is not null;

    /// <summary>The key that is presented, unless it is unknown or revoked.</summary>
    public ApiKey? Find(string presented) =>
        ApiKeySecret.IdOf(presented) is { } id
        && Volatile.Read(ref _known)?.GetValueOrDefault(id) is { Revoked: null } key
        && key.Is(presented)
            ? key
            : null;

    /// <summary>Whether a key that was found before still opens something.</summary>
    public bool IsValid(ApiKey key) =>
        Volatile.Read(ref _known)?.GetValueOrDefault(key.Id) is { Revoked: null } known && known.Sha256 == key.Sha256;

    /// <summary>Looks at the store; one look at a time. Faults of the store are logged, not thrown.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var stored = await keys.TryReadAsync(cancellationToken);
            if (_known is null || stored?.ETag != _tag)
            {
                var known = stored?.Value.Keys ?? [];
                Volatile.Write(ref _known, known.ToFrozenDictionary(key => key.Id, StringComparer.Ordinal));
                _tag = stored?.ETag;
                LogKeys(known.Count(key => key.Revoked is null), known.Count(key => key.Revoked is not null));
            }

            _complaint = null;
        }
        catch (Exception fault) when (fault is ArtifactException or IOException)
        {
            Complain(fault.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>The same fault every few seconds is worth one line.</summary>
    private void Complain(string reason)
    {
        if (reason != _complaint)
        {
            _complaint = reason;
            LogCouldNotLook(IsKnown ? "those of the last look stay good" : "nobody is let in", reason);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Valid} API keys are valid, {Revoked} are revoked")]
    private partial void LogKeys(int valid, int revoked);

    [LoggerMessage(LogLevel.Warning, "the API keys could not be read, {Consequence}: {Reason}")]
    private partial void LogCouldNotLook(string consequence, string reason);
}
