using System.Text.Json;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Control.Models;

/// <summary>One model of a listing.</summary>
/// <param name="Id">Id of the model, that of the run that made it.</param>
/// <param name="InProduction">Whether it answers requests now.</param>
/// <param name="Created">When its run was asked for.</param>
/// <param name="Recipe">Preset of its run.</param>
/// <param name="Classes">Class names in the order of the logits.</param>
/// <param name="Product">Which of the evaluations is the model itself.</param>
/// <param name="Accuracy">Share of faces that the model classified rightly, from 0 to 1; null where it was not measured.</param>
public sealed record ModelAnswer(string Id, bool InProduction, DateTimeOffset Created, string Recipe, IReadOnlyList<string> Classes, string Product, double? Accuracy);

/// <summary>The cards of the store.</summary>
internal sealed class ModelCatalog(IArtifactStore store)
{
    /// <param name="production">Id of the model in production.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<ModelAnswer>> ListAsync(string? production, CancellationToken cancellationToken)
    {
        var models = new List<ModelAnswer>();
        await foreach (var artifact in store.ListAsync($"{Containers.Models}/", cancellationToken))
        {
            if (artifact.Path.Split('/') is [_, var id, "card.json"] && await TryReadSoundAsync(artifact.Path, cancellationToken) is { } card)
                models.Add(new ModelAnswer(id, id == production, card.Run.Created, card.Run.RecipeName, card.Classes, card.Product, card.Evaluations.FirstOrDefault(each => each.Model == card.Product)?.Accuracy));
        }

        return models;
    }

    /// <summary>The card as it is stored.</summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    public async Task<JsonElement> ReadAsync(string id, CancellationToken cancellationToken) =>
        (await store.TryReadJsonAsync<JsonElement>(ModelPaths.Card(id), cancellationToken))?.Value ?? throw new UnknownModelException(id);

    /// <summary>Null for a damaged card: it must not hide the others, and says what is wrong with it where it is asked for by id.</summary>
    private async Task<Card?> TryReadSoundAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.TryReadJsonAsync<Card>(path, cancellationToken))?.Value;
        }
        catch (CorruptArtifactException)
        {
            return null;
        }
    }

    /// <summary>What a listing needs of a card.</summary>
    private sealed record Card(CardRun Run, IReadOnlyList<string> Classes, string Product, IReadOnlyList<CardEvaluation> Evaluations);

    private sealed record CardRun(DateTimeOffset Created, string RecipeName);

    private sealed record CardEvaluation(string Model, double Accuracy);
}
