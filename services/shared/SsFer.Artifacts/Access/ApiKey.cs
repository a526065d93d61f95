using System.Security.Cryptography;
using System.Text;

namespace SsFer.Artifacts.Access;

/// <summary>What a key opens. A key has one or more of them; none includes another.</summary>
public enum ApiKeyRole
{
    /// <summary>Ask the endpoint for expressions.</summary>
    Predict,

    /// <summary>Everything that is not for callers: operating figures, and the Console where it demands keys.</summary>
    Operate,
}

/// <summary>A key as it is stored: everything but the key itself.</summary>
public sealed record ApiKey
{
    /// <summary>Stands in the key and in logs; no secret.</summary>
    public required string Id { get; init; }

    /// <summary>Whose key it is, for people; never logged.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<ApiKeyRole> Roles { get; init; }

    /// <summary>SHA-256 of the key, in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Most requests a minute; null for what the service allows every caller.</summary>
    public int? PerMinute { get; init; }

    /// <summary>Most requests at a time; null for what the service allows every caller.</summary>
    public int? Concurrent { get; init; }

    /// <summary>When it stopped to open anything; null while it does.</summary>
    public DateTimeOffset? Revoked { get; init; }

    /// <summary>Whether this is the key; takes equally long whatever is wrong with it.</summary>
    public bool Is(string presented) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sha256), Encoding.ASCII.GetBytes(ApiKeySecret.HashOf(presented)));
}

/// <summary>All keys there ever were, as one document: a replica sees every change by reading it.</summary>
public sealed record ApiKeys
{
    public IReadOnlyList<ApiKey> Keys { get; init; } = [];

    /// <summary>Null where there is none of this id.</summary>
    public ApiKey? Find(string id) => Keys.FirstOrDefault(key => key.Id == id);
}
