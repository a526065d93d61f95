using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Console.Runs;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.Recipes;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Retraining;

/// <summary>How a dataset's new labels are trained on.</summary>
public sealed record RetrainingBody : RecipeBody
{
    /// <summary>
    /// What every model is evaluated on, NAME:split (validation unless told). The version that is current now is held fast, whatever
    /// labels come.
    /// </summary>
    public required string Validation { get; init; }

    /// <summary>The run that is to come of new labels.</summary>
    internal RunRequest ToRequest(string dataset) =>
        new()
        {
            Recipe = ToRecipe(),
            Stages = RunRequest.StagesOf(pretrain: true, Teacher),
            Labelled = $"{dataset}:{DatasetSplit.Train}",
            Labels = Labels,
            Unlabelled = Unlabelled,
            Validation = Validation,
            Evaluation = (Promotion ?? new PromotionBody()).ToParameters(),
            LabelsToCome = true,
        };
}

/// <summary>Settings as they are stored (<c>datasets/{name}/retraining.json</c>).</summary>
/// <param name="Asked">What was asked for.</param>
/// <param name="HeldOut">The faces that every model is evaluated on.</param>
internal sealed record RetrainingSettings(RetrainingBody Asked, DatasetReference HeldOut);

/// <summary>The retraining settings of all datasets.</summary>
internal sealed class RetrainingSettingsStore(IArtifactStore store, DatasetCatalog catalog, RunPlanner planner)
{
    private const string File = "retraining.json";

    public async Task<RetrainingSettings?> FindAsync(string dataset, CancellationToken cancellationToken) =>
        (await store.TryReadJsonAsync<RetrainingSettings>(PathOf(dataset), cancellationToken))?.Value;

    /// <summary>Names of the datasets that have settings.</summary>
    public async Task<IReadOnlyList<string>> DatasetsAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var artifact in store.ListAsync($"{Containers.Datasets}/", cancellationToken))
        {
            if (artifact.Path.Split('/') is [_, var name, File])
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <summary>Checks everything that a run would otherwise fail by, days later and with nobody watching, and stores it.</summary>
    /// <exception cref="InvalidRequestException">The settings could start no run.</exception>
    /// <exception cref="RequestRefusedException">There are no faces yet to hold fast, or a dataset is named twice.</exception>
    public async Task<RetrainingSettings> PutAsync(string dataset, RetrainingBody body, CancellationToken cancellationToken)
    {
        await catalog.GetAsync(dataset, cancellationToken);
        var request = body.ToRequest(dataset);
        if (request.Unlabelled.FirstOrDefault(name => DatasetSelection.Parse(name, null).Name == dataset) is { } twice)
        {
            throw RequestRefusedException.Unprocessable(
                $"'{twice}': the rest of the labelled dataset is used without labels anyway, leave it out"
            );
        }

        var faces = new FaceVersions(catalog);
        var size = request.Recipe.Model.ImageSize;
        var heldOut = await faces.FindAsync(DatasetSelection.Parse(body.Validation, DatasetSplit.Validation), size, cancellationToken);
        if (heldOut.Pending is not null)
        {
            throw RequestRefusedException.Conflict(
                $"dataset '{heldOut.Reference.Name}' is not prepared at {size} pixels yet, so there are no faces to hold fast: start a "
                    + $"run that uses it (POST /api/runs), then send this again"
            );
        }

        await planner.DraftAsync(request, faces, cancellationToken);
        var settings = new RetrainingSettings(body, heldOut.Reference);
        await store.PutAsync(PathOf(dataset), new MemoryStream(ArtifactJson.Serialize(settings)), cancellationToken);
        return settings;
    }

    private static string PathOf(string dataset) => $"{Containers.Datasets}/{dataset}/{File}";
}
