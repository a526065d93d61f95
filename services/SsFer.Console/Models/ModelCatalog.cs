using System.Runtime.CompilerServices;
using System.Text.Json;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Console.Http;
using SsFer.Contracts;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Models;

/// <summary>One model of a listing.</summary>
public sealed record ModelAnswer
{
    /// <summary>Id of the model, that of the run that made it.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// Whether it answers requests now; null where the document that tells is damaged, which <c>GET /api/models/production</c> names.
    /// </summary>
    public required bool? InProduction { get; init; }

    /// <summary>Whether it is tried beside production now; null as above.</summary>
    public required bool? IsCandidate { get; init; }

    /// <summary>When its run was asked for.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Preset of its run.</summary>
    public string? Recipe { get; init; }

    /// <summary>Class names in the order of the logits.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Which of the evaluations is the model itself.</summary>
    public string? Product { get; init; }

    /// <summary>Share of faces that the model classified correctly, from 0 to 1; null where it was not measured.</summary>
    public double? Accuracy { get; init; }

    /// <summary>What is damaged, so that nothing more is known; null where nothing is.</summary>
    public string? Damage { get; init; }
}

/// <summary>The cards of the store.</summary>
internal sealed class ModelCatalog(IArtifactStore store)
{
    private readonly NewestFirst _order = new(
        async (id, cancellationToken) => (await store.TryReadJsonAsync<Card>(ModelPaths.Card(id), cancellationToken))?.Value.Run.Created
    );

    /// <param name="production">What is in production; null where nobody knows.</param>
    /// <param name="asked">Which of the models.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestRefusedException">There is no model after which the part is to begin.</exception>
    public Task<Page<ModelAnswer>> ListAsync(ProductionAlias? production, PageRequest asked, CancellationToken cancellationToken) =>
        _order.PageAsync(IdsAsync(cancellationToken), asked, (id, token) => TryFindAsync(id, production, token), cancellationToken);

    /// <summary>The card as it is stored.</summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    public async Task<JsonElement> ReadAsync(string id, CancellationToken cancellationToken) =>
        (await store.TryReadJsonAsync<JsonElement>(ModelPaths.Card(id), cancellationToken))?.Value ?? throw new UnknownModelException(id);

    /// <summary>One entry of the listing; null where there is no card.</summary>
    public async Task<ModelAnswer?> TryFindAsync(string id, ProductionAlias? production, CancellationToken cancellationToken) =>
        await Listed.ReadAsync(id, () => TryReadAsync(id, cancellationToken)) is { } card ? AnswerOf(card, production) : null;

    private async IAsyncEnumerable<string> IdsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var artifact in store.ListAsync($"{Containers.Models}/", cancellationToken))
        {
            if (artifact.Path.Split('/') is [_, var id, "card.json"])
            {
                yield return id;
            }
        }
    }

    private static ModelAnswer AnswerOf(Listed<Card> listed, ProductionAlias? production) =>
        new()
        {
            Id = listed.Name,
            InProduction = production?.HasInProduction(listed.Name),
            IsCandidate = production?.HasAsCandidate(listed.Name),
            Created = listed.Value?.Run.Created,
            Recipe = listed.Value?.Run.RecipeName,
            Classes = listed.Value?.Classes ?? [],
            Product = listed.Value?.Product,
            Accuracy = listed.Value?.Evaluations.FirstOrDefault(each => each.Model == listed.Value.Product)?.Accuracy,
            Damage = listed.Damage,
        };

    private async Task<Card?> TryReadAsync(string id, CancellationToken cancellationToken) =>
        (await store.TryReadJsonAsync<Card>(ModelPaths.Card(id), cancellationToken))?.Value;

    /// <summary>What a listing needs of a card.</summary>
    private sealed record Card(CardRun Run, IReadOnlyList<string> Classes, string Product, IReadOnlyList<CardEvaluation> Evaluations);

    private sealed record CardRun(DateTimeOffset Created, string RecipeName);

    private sealed record CardEvaluation(string Model, double Accuracy);
}
