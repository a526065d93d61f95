using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Models;

/// <summary>
/// What a name of <c>models compare</c> stands for: one model, or those called NAME-SEED, of runs that differ in their seed alone.
/// </summary>
internal static class SeedSeries
{
    /// <summary>Where the specs of such runs may differ.</summary>
    private static readonly string[] OfEachRun =
    [
        PathOf(nameof(RunSpec.Id)),
        PathOf(nameof(RunSpec.Created)),
        PathOf(nameof(RunSpec.Seed)),
        $"{PathOf(nameof(RunSpec.Recipe))}.{nameof(Recipe.Seed)}",
    ];

    /// <exception cref="UsageException">There is no such model, or the models differ in more than their seed.</exception>
    public static IReadOnlyList<ModelCard> Of(string name, IReadOnlyList<ModelCard> cards)
    {
        if (cards.FirstOrDefault(card => card.Id == name) is { } single)
        {
            return [single];
        }

        var series = cards
            .Where(card =>
                card.Id.StartsWith($"{name}-", StringComparison.Ordinal)
                && card.Id[(name.Length + 1)..] is { Length: > 0 } seed
                && seed.All(char.IsAsciiDigit)
            )
            .ToList();
        if (series.Count == 0)
        {
            throw new UsageException($"no model is called '{name}' or '{name}-SEED': ssfer models list shows what there is");
        }

        foreach (var card in series)
        {
            if (card.Id != $"{name}-{card.Run.Seed}")
            {
                throw new UsageException(
                    $"{card.Id} was trained with seed {card.Run.Seed}, so '{name}' is no name for models that differ in their "
                        + $"seed: name each by itself"
                );
            }

            string[] differences = [.. DifferencesOf(series[0], card)];
            if (differences.Length > 0)
            {
                throw new UsageException(
                    $"{series[0].Id} and {card.Id} differ in more than their seed, in {string.Join(", ", differences)}: name each by itself"
                );
            }
        }

        return series;
    }

    private static IEnumerable<string> DifferencesOf(ModelCard one, ModelCard other) =>
        JsonDifference
            .Between(SpecOf(one), SpecOf(other))
            .Select(difference => difference.Path)
            .Except(OfEachRun)
            .Concat(one.Product == other.Product ? [] : [$"what they are ({one.Product}, {other.Product})"]);

    private static JsonElement SpecOf(ModelCard card) => JsonSerializer.SerializeToElement(card.Run, ArtifactJson.Document);

    private static string PathOf(string property) => ArtifactJson.Document.PropertyNamingPolicy!.ConvertName(property);
}
