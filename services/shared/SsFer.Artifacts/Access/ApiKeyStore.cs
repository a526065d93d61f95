using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Artifacts.Access;

/// <summary>What is asked for in a new key.</summary>
public sealed record ApiKeyRequest
{
    public required string Name { get; init; }

    public IReadOnlyList<ApiKeyRole> Roles { get; init; } = [ApiKeyRole.Predict];

    /// <summary>Most requests a minute; null for what the service allows every caller.</summary>
    public int? PerMinute { get; init; }

    /// <summary>Most requests at a time; null for what the service allows every caller.</summary>
    public int? Concurrent { get; init; }
}

/// <summary>A key that was just made, and its text, which is stored nowhere.</summary>
public sealed record IssuedApiKey(ApiKey Key, string Text);

/// <summary>
/// The keys of the system, in the store. Each change is one conditional write, so that several people may make and revoke keys at
/// any time and none is lost.
/// </summary>
public sealed class ApiKeyStore(IArtifactStore store, TimeProvider time)
{
    /// <summary>Most that a caller's limit may be.</summary>
    public const int MostPerMinute = 1_000_000,
        MostConcurrent = 65_536;

    private const string Path = $"{Containers.Access}/keys.json";
    private const int LongestName = 100;

    /// <summary>The keys, and the tag of exactly this state; null where none was ever made.</summary>
    /// <exception cref="CorruptArtifactException">The document is damaged.</exception>
    public Task<StoredJson<ApiKeys>?> TryReadAsync(CancellationToken cancellationToken) =>
        store.TryReadJsonAsync<ApiKeys>(Path, cancellationToken);

    /// <exception cref="ApiKeyRequestException">The name or a limit cannot be.</exception>
    public async Task<IssuedApiKey> AddAsync(ApiKeyRequest request, CancellationToken cancellationToken)
    {
        Require(request);
        while (true)
        {
            var (id, text) = ApiKeySecret.New();
            var key = new ApiKey
            {
                Id = id,
                Name = request.Name,
                Roles = [.. request.Roles.Distinct().Order()],
                Sha256 = ApiKeySecret.HashOf(text),
                Created = time.GetUtcNow(),
                PerMinute = request.PerMinute,
                Concurrent = request.Concurrent,
            };
            var changed = await ChangeAsync(
                keys => keys.Find(id) is { } other ? (other, null) : (key, new ApiKeys { Keys = [.. keys.Keys, key] }),
                cancellationToken
            );
            if (changed.Sha256 == key.Sha256)
            {
                return new IssuedApiKey(key, text);
            }
        }
    }

    /// <summary>Revokes a key for good; one that is revoked already stays as it is.</summary>
    /// <exception cref="UnknownApiKeyException">There is none of this id.</exception>
    public Task<ApiKey> RevokeAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(
            keys =>
            {
                var key = keys.Find(id) ?? throw new UnknownApiKeyException(id);
                if (key.Revoked is not null)
                {
                    return (key, null);
                }

                var revoked = key with { Revoked = time.GetUtcNow() };
                return (revoked, new ApiKeys { Keys = [.. keys.Keys.Select(each => each.Id == id ? revoked : each)] });
            },
            cancellationToken
        );

    /// <summary>
    /// Tries until no other writer was faster. A write whose answer was lost is found in the next look, so
    /// <paramref name="change"/> must know its own work again.
    /// </summary>
    private async Task<ApiKey> ChangeAsync(Func<ApiKeys, (ApiKey Key, ApiKeys? Next)> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await TryReadAsync(cancellationToken);
            var (key, next) = change(stored?.Value ?? new ApiKeys());
            if (next is null)
            {
                return key;
            }

            var tag = stored is null
                ? await store.TryPutJsonIfAbsentAsync(Path, next, cancellationToken)
                : await store.TryPutJsonIfMatchAsync(Path, next, stored.ETag, cancellationToken);
            if (tag is not null)
            {
                return key;
            }
        }
    }

    private static void Require(ApiKeyRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > LongestName || request.Name.Any(char.IsControl))
        {
            throw new ApiKeyRequestException($"a key's name has 1 to {LongestName} characters, and none that cannot be printed");
        }

        if (request.Roles.Count == 0)
        {
            throw new ApiKeyRequestException("a key without a role opens nothing: give it one, predict or operate");
        }

        if (request.PerMinute < 1 || request.Concurrent < 1)
        {
            throw new ApiKeyRequestException("a key's limit is at least 1: to shut it out altogether, revoke it");
        }

        if (request.PerMinute > MostPerMinute || request.Concurrent > MostConcurrent)
        {
            throw new ApiKeyRequestException(
                $"a key's limits are at most {MostPerMinute} requests a minute and {MostConcurrent} at a time: leave a limit away for none"
            );
        }
    }
}

/// <summary>No key can be as it was asked for.</summary>
public sealed class ApiKeyRequestException(string message) : InvalidRequestException(message);

/// <summary>The store has no key of this id.</summary>
public sealed class UnknownApiKeyException(string id)
    : ArtifactException($"there is no key '{id}' in the store: ssfer keys list shows what there is");
