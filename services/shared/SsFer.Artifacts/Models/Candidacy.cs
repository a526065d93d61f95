using System.Globalization;
using System.Text.Json.Serialization;
using SsFer.Recipes;

namespace SsFer.Artifacts.Models;

/// <summary>How a candidate is tried beside production.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrialKind>))]
public enum TrialKind
{
    /// <summary>It answers a share of the requests.</summary>
    [JsonStringEnumMemberName("canary")]
    Canary,

    /// <summary>It works on what production has answered, and nobody sees its answers.</summary>
    [JsonStringEnumMemberName("shadow")]
    Shadow,
}

/// <summary>How a candidacy ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CandidacyOutcome>))]
public enum CandidacyOutcome
{
    /// <summary>The candidate went into production.</summary>
    [JsonStringEnumMemberName("promoted")]
    Promoted,

    /// <summary>Another model went into production, or the candidate is tried in another way.</summary>
    [JsonStringEnumMemberName("superseded")]
    Superseded,

    /// <summary>Somebody ended it.</summary>
    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,

    /// <summary>The service ended it, for the candidate failed more or was slower than production.</summary>
    [JsonStringEnumMemberName("aborted")]
    Aborted,
}

/// <summary>A way to try a candidate.</summary>
public sealed record Trial
{
    /// <summary>Most of the requests that a canary may answer: production is what it is compared with.</summary>
    public const decimal LargestShare = 0.5m;

    private Trial() { }

    public TrialKind Kind { get; private init; }

    /// <summary>Its kind as documents and messages call it.</summary>
    public string Name => Kind == TrialKind.Canary ? "canary" : "shadow";

    /// <summary>Share of the requests that the candidate answers, in (0, 0.5]; null for a shadow.</summary>
    public decimal? Share { get; private init; }

    public static Trial Shadow { get; } = new() { Kind = TrialKind.Shadow };

    /// <param name="share">Of the requests, in (0, 0.5].</param>
    /// <exception cref="TrialShareException">It is not.</exception>
    public static Trial Canary(decimal share) => TryCanary(share) ?? throw new TrialShareException(FormattableString.Invariant($"{share}"));

    /// <param name="share">As people write it: <c>5%</c> or <c>0.05</c>.</param>
    /// <exception cref="TrialShareException">It is no share, or out of range.</exception>
    public static Trial Canary(string share) =>
        (WrittenShare.Find(share) is { } number ? TryCanary(number) : null) ?? throw new TrialShareException(share);

    private static Trial? TryCanary(decimal share) =>
        share is > 0 and <= LargestShare ? new Trial { Kind = TrialKind.Canary, Share = share } : null;
}

/// <summary>A model that is or was tried beside production.</summary>
public sealed record Candidacy
{
    /// <summary>Tells this candidacy from every other, also of the same model.</summary>
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required TrialKind Kind { get; init; }

    /// <summary>Share of the requests that it answers, in (0, 0.5]; null for a shadow.</summary>
    public decimal? Share { get; init; }

    public required string Reason { get; init; }

    public required AliasActor By { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>How it is tried, in words.</summary>
    [JsonIgnore]
    public string Way =>
        Share is { } share
            ? string.Create(CultureInfo.InvariantCulture, $"on {100 * share:0.##} % of the requests")
            : "in the shadow of production";

    /// <summary>Null while it lasts.</summary>
    public CandidacyEnd? End { get; init; }

    internal bool IsBy(Trial trial) => (Kind, Share) == (trial.Kind, trial.Share);
}

/// <summary>The end of a candidacy.</summary>
public sealed record CandidacyEnd
{
    /// <summary>Tells this end from every other, so that its writer knows it again where the answer to the write was lost.</summary>
    public required string Id { get; init; }

    public required CandidacyOutcome Outcome { get; init; }

    public required string Reason { get; init; }

    public required AliasActor By { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A share of requests that no canary can have.</summary>
public sealed class TrialShareException(string share)
    : InvalidRequestException($"'{share}' is no share of requests for a canary: give more than 0 and at most 50 %, such as 5% or 0.05");
