using System.Text.Json;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Models;

public sealed class PredictionReferenceTests
{
    private static readonly string[] Classes = ["glad", "sad", "cross"];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.0999f, 0)]
    [InlineData(0.5f, 5)]
    [InlineData(0.95f, 9)]
    [InlineData(1, 9)]
    [InlineData(1.0001f, 9)] // a sum of rounded shares
    public void Bin_OfAProbability_IsItsTenth(float probability, int bin) => Assert.Equal(bin, PredictionReference.BinOf(probability));

    [Fact]
    public void Reference_OfProbabilities_CountsTheAnswers()
    {
        var reference = PredictionReference.Of(
            [
                [0.7f, 0.2f, 0.1f],
                [0.75f, 0.15f, 0.1f],
                [0.1f, 0.9f, 0],
            ],
            Classes
        );

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 2, 0, 1], reference.TopProbabilities);
        Assert.Equal([2, 1, 0], Classes.Select(each => reference.Expressions[each]));
    }

    [Fact]
    public void Card_OfAModel_IsReadForItsProduct()
    {
        var predictions = PredictionReference.Of(
            [
                [0.7f, 0.2f, 0.1f],
            ],
            Classes
        );
        var card = CardOf(new { model = "student" }, new { model = "teacher", predictions });

        Assert.Equal(predictions.TopProbabilities, PredictionReference.TryFind(card, Classes)!.TopProbabilities);
        Assert.Null(PredictionReference.TryFind(card, ["glad", "sad"]));
        Assert.Null(PredictionReference.TryFind(card: null, Classes));
    }

    [Fact]
    public void Card_WithoutPredictions_TellsNothing()
    {
        var counts = Classes.ToDictionary(each => each, _ => 1L);
        var none = Enumerable.Repeat(0, PredictionReference.Bins);

        Assert.Null(PredictionReference.TryFind(CardOf(new { model = "teacher" }), Classes));
        Assert.Null(PredictionReference.TryFind(CardOf(new { model = "teacher", predictions = 3 }), Classes));
        Assert.Null(
            PredictionReference.TryFind(
                CardOf(new { model = "teacher", predictions = new { topProbabilities = none, expressions = counts } }),
                Classes
            )
        );
    }

    private static JsonElement CardOf(params object[] evaluations) =>
        JsonSerializer.SerializeToElement(new { product = "teacher", evaluations }, ArtifactJson.Document);
}
