using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Evaluation;
using SsFer.Evaluation.Promotion;

namespace SsFer.Cli.Commands.Models;

/// <summary>What the commands that change or show the production alias have in common.</summary>
internal static class ProductionText
{
    public static Argument<string> Model { get; } =
        new("model") { Description = "A model of the store (see ssfer models list)", HelpName = "MODEL" };

    public static Option<string> Reason { get; } =
        new("--reason")
        {
            Description = "Why, for the history",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "by hand",
        };

    public static AliasActor Me => AliasActor.OfPerson(Environment.UserName);

    public static string Of(AliasEntry entry) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Model} is in production since {entry.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, "
                + $"{(entry.Previous is null ? "the first" : $"after {entry.Previous}")} ({entry.Reason}; "
                + $"{(entry.Action == AliasAction.Promoted ? "promoted" : "rolled back")} by {entry.By})"
        );

    public static string Of(Candidacy candidacy) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{candidacy.Model} is tried {candidacy.Way} since {candidacy.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC "
                + $"({candidacy.Reason}; by {candidacy.By})"
        );

    /// <summary>What the model is to the alias; nothing for most.</summary>
    public static string Alias(string model, ProductionAlias? alias) =>
        alias is null ? ""
        : alias.HasInProduction(model) ? "production"
        : alias.HasAsCandidate(model) ? "candidate"
        : "";

    /// <summary>What the gate decided, and by which figures.</summary>
    public static string Of(string model, PromotionDecision decision) => $"gate: {model} {Verdict(decision)}: {decision.Reason}";

    /// <summary>In one word; a dash where no gate was asked.</summary>
    public static string Verdict(PromotionDecision? decision) =>
        decision switch
        {
            null => "-",
            { Promoted: true } => "promoted",
            _ => "rejected",
        };

    /// <summary>As the other, or what is damaged.</summary>
    public static JsonObject Marked(Listed<ModelCard> card, ProductionAlias? alias) =>
        card.Value is { } sound
            ? Marked(sound, alias)
            : new JsonObject
            {
                ["id"] = card.Name,
                ["damage"] = card.Damage,
                ["production"] = alias?.HasInProduction(card.Name),
                ["candidate"] = alias?.HasAsCandidate(card.Name),
            };

    /// <summary>The card as it is stored, and whether the model is in production or its candidate; null where nobody knows.</summary>
    public static JsonObject Marked(ModelCard card, ProductionAlias? alias)
    {
        var document = JsonSerializer.SerializeToNode(card, ArtifactJson.Document)!.AsObject();
        document["production"] = alias?.HasInProduction(card.Id);
        document["candidate"] = alias?.HasAsCandidate(card.Id);
        return document;
    }
}
