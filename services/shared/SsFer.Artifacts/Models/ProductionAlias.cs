using System.Text.Json.Serialization;

namespace SsFer.Artifacts.Models;

/// <summary>What a change of the production alias was.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AliasAction>))]
public enum AliasAction
{
    [JsonStringEnumMemberName("promoted")]
    Promoted,

    [JsonStringEnumMemberName("rolledBack")]
    RolledBack,
}

/// <summary>Who changed the alias: a run, whose evaluation did it, a person, or a service.</summary>
public sealed record AliasActor
{
    public string? Run { get; init; }

    public string? Person { get; init; }

    /// <summary>Name of a service that did it by itself.</summary>
    public string? Service { get; init; }

    public static AliasActor OfRun(string run) => new() { Run = run };

    public static AliasActor OfPerson(string person) => new() { Person = person };

    public static AliasActor OfService(string service) => new() { Service = service };

    public override string ToString() =>
        this switch
        {
            { Run: { } run } => $"run {run}",
            { Service: { } service } => $"service {service}",
            _ => Person ?? "nobody",
        };
}

/// <summary>One change of the production alias.</summary>
public sealed record AliasEntry
{
    /// <summary>1 for the first, one more for each that follows.</summary>
    public required long Sequence { get; init; }

    /// <summary>
    /// Tells this change from every other, so that its writer knows it again where the answer to the write was lost; null in entries
    /// from before there was one.
    /// </summary>
    public string? Id { get; init; }

    public required AliasAction Action { get; init; }

    /// <summary>In production from here on.</summary>
    public required string Model { get; init; }

    /// <summary>In production until then; null for the first.</summary>
    public string? Previous { get; init; }

    public required string Reason { get; init; }

    public required AliasActor By { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// The production alias as it is stored (<see cref="ModelPaths.Production"/>): its whole history, the newest entry last. It is one
/// document, so that the change and its record are one conditional write; it may grow without bound because it grows by some 250
/// bytes a promotion, and a promotion takes a training run: one a day for ten years makes less than a megabyte. The same holds for
/// the models that were tried beside production.
/// </summary>
public sealed record ProductionAlias
{
    /// <summary>The model in production; repeats the last entry for those who read the document without SsFer.</summary>
    public string? Current { get; init; }

    /// <summary>The model that is tried beside it, by the last of the candidacies; null where none is.</summary>
    public Candidacy? Candidate => Candidacies is [.., { End: null } open] ? open : null;

    public IReadOnlyList<AliasEntry> History { get; init; } = [];

    /// <summary>All models that were tried beside production, the newest last; only that may be open.</summary>
    public IReadOnlyList<Candidacy> Candidacies { get; init; } = [];

    public bool HasInProduction(string model) => Current == model;

    public bool HasAsCandidate(string model) => Candidate?.Model == model;

    [JsonIgnore]
    public AliasEntry? Latest => History.Count == 0 ? null : History[^1];

    /// <summary>
    /// The model to roll back to: the one whose promotion the current model's followed. A promotion that was rolled back counts no
    /// more, so each roll back goes one further. Null where there is none.
    /// </summary>
    internal string? Earlier
    {
        get
        {
            var standing = new Stack<string>();
            foreach (var entry in History)
            {
                if (entry.Action == AliasAction.Promoted)
                {
                    standing.Push(entry.Model);
                }
                else
                {
                    standing.TryPop(out _);
                }
            }

            return standing.Skip(1).FirstOrDefault();
        }
    }

    /// <summary>By a run; what a person asks for twice is meant twice.</summary>
    internal AliasEntry? PromotionOf(string model, AliasActor by) =>
        by.Run is null
            ? null
            : History.FirstOrDefault(entry => entry.Action == AliasAction.Promoted && entry.Model == model && entry.By == by);

    /// <summary>The change of this id; null where it was not made.</summary>
    internal AliasEntry? ChangeOf(string id) => History.LastOrDefault(entry => entry.Id == id);

    /// <summary>The candidacy that began, or ended, by the change of this id; null where it was not made.</summary>
    internal Candidacy? CandidacyOf(string id) => Candidacies.LastOrDefault(each => each.Id == id || each.End?.Id == id);

    internal ProductionAlias With(string id, AliasAction action, string model, string reason, AliasActor by, DateTimeOffset at)
    {
        var entry = new AliasEntry
        {
            Sequence = (Latest?.Sequence ?? 0) + 1,
            Id = id,
            Action = action,
            Model = model,
            Previous = Current,
            Reason = reason,
            By = by,
            At = at,
        };
        var end = new CandidacyEnd
        {
            Id = id,
            Outcome = Candidate?.Model == model ? CandidacyOutcome.Promoted : CandidacyOutcome.Superseded,
            Reason = reason,
            By = by,
            At = at,
        };
        return EndingCandidacy(end) with { Current = model, History = [.. History, entry] };
    }

    /// <summary>With this candidacy in place of the one that is open.</summary>
    internal ProductionAlias Trying(Candidacy candidacy)
    {
        var end = new CandidacyEnd
        {
            Id = candidacy.Id,
            Outcome = CandidacyOutcome.Superseded,
            Reason = candidacy.Reason,
            By = candidacy.By,
            At = candidacy.Since,
        };
        return this with { Candidacies = [.. EndingCandidacy(end).Candidacies, candidacy] };
    }

    /// <summary>The same where none is open.</summary>
    internal ProductionAlias EndingCandidacy(CandidacyEnd end) =>
        Candidate is { } open ? this with { Candidacies = [.. Candidacies.SkipLast(1), open with { End = end }] } : this;
}
