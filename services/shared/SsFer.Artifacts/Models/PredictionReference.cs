using System.Text.Json;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Models;

/// <summary>How a model answered the faces it was evaluated on: what the faces that it meets later are compared with.</summary>
public sealed record PredictionReference
{
    /// <summary>Bins of the probability of the answered class, of equal width over [0, 1].</summary>
    public const int Bins = 10;

    /// <summary>Faces by the probability of the class that was answered, a count for each bin.</summary>
    public required IReadOnlyList<long> TopProbabilities { get; init; }

    /// <summary>Faces by the class that was answered; every class of the model, also those never answered.</summary>
    public required IReadOnlyDictionary<string, long> Expressions { get; init; }

    /// <summary>The bin that a probability falls into: its lower end belongs to it, and 1 to the last.</summary>
    public static int BinOf(float probability) => Math.Clamp((int)(probability * Bins), 0, Bins - 1);

    /// <param name="probabilities">Of every class, for each face.</param>
    /// <param name="classes">In the order of the probabilities.</param>
    public static PredictionReference Of(IEnumerable<float[]> probabilities, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(classes);
        var (tops, answers) = (new long[Bins], new long[classes.Count]);
        foreach (var face in probabilities)
        {
            var top = face.Max();
            tops[BinOf(top)]++;
            answers[Array.IndexOf(face, top)]++;
        }

        return new PredictionReference
        {
            TopProbabilities = tops,
            Expressions = classes.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second),
        };
    }

    /// <summary>
    /// What a card tells of its model; null where it does not, as cards from before this was noted, or not of a model of these classes.
    /// </summary>
    public static PredictionReference? TryFind(JsonElement? card, IReadOnlyList<string> classes)
    {
        try
        {
            var told = card?.Deserialize<Card>(ArtifactJson.Document);
            var found = told?.Evaluations?.FirstOrDefault(evaluation => evaluation.Model == told.Product)?.Predictions;
            return found?.IsOf(classes) == true ? found : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsOf(IReadOnlyList<string> classes) =>
        TopProbabilities.Count == Bins && TopProbabilities.Sum() > 0 && Expressions.Keys.ToHashSet().SetEquals(classes);

    /// <summary>The part of a card that is read here.</summary>
    private sealed record Card(string? Product = null, IReadOnlyList<Evaluation>? Evaluations = null);

    private sealed record Evaluation(string? Model = null, PredictionReference? Predictions = null);
}
