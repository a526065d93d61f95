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
}

/// <summary>Settings as they are stored (<c>datasets/{name}/retraining.json</c>).</summary>
/// <param name="Asked">What was asked for.</param>
/// <param name="HeldOut">The faces that every model is evaluated on.</param>
internal sealed record RetrainingSettings(RetrainingBody Asked, DatasetReference HeldOut);

/// <summary>The retraining settings of all datasets.</summary>
internal sealed class RetrainingSettingsStore(IArtifactStore store, DatasetCatalog catalog, FaceVersions faces)
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
    /// <exception cref="RequestRefusedException">The settings could start no run.</exception>
    public async Task<RetrainingSettings> PutAsync(string dataset, RetrainingBody body, CancellationToken cancellationToken)
    {
        await catalog.GetAsync(dataset, cancellationToken);
        var size = body.ToRecipe().Model.ImageSize;
        LabelBudget.Parse(body.Labels);
        body.Promotion.ToParameters();
        var heldOut = DatasetSelection.Parse(body.Validation, DatasetSplit.Validation);
        foreach (var name in body.Unlabelled)
        {
            var selection = DatasetSelection.Parse(name, DatasetSplit.Train);
            if (selection == heldOut)
            {
                throw RequestRefusedException.Unprocessable(
                    $"'{name}' is to be both trained and evaluated on: name another split for validation"
                );
            }

            if (selection.Name == dataset)
            {
                throw RequestRefusedException.Unprocessable(
                    $"'{name}': the rest of the labelled dataset is used without labels anyway, leave it out"
                );
            }

            await faces.FindAsync(selection, size, cancellationToken);
        }

        if (heldOut == new DatasetSelection(dataset, DatasetSplit.Train))
        {
            throw RequestRefusedException.Unprocessable(
                $"{body.Validation} is to be both trained and evaluated on: name another split for validation"
            );
        }

        var labelled = await faces.FindAsync(new DatasetSelection(dataset, DatasetSplit.Train), size, cancellationToken);
        var validation = await faces.FindAsync(heldOut, size, cancellationToken);
        FaceVersions.RequireSameClasses(labelled, validation);
        if (body.Teacher)
        {
            TeacherFaces.Require(dataset, labelled.WithoutLabel, body.Labels, body.Unlabelled.Count > 0);
        }

        if (!validation.IsPrepared)
        {
            throw RequestRefusedException.Conflict(
                $"dataset '{heldOut.Name}' is not prepared at {size} pixels yet, so there are no faces to hold fast: start a "
                    + $"run that uses it (POST /api/runs), then send this again"
            );
        }

        var settings = new RetrainingSettings(body, validation.Reference);
        await store.PutAsync(PathOf(dataset), new MemoryStream(ArtifactJson.Serialize(settings)), cancellationToken);
        return settings;
    }

    private static string PathOf(string dataset) => $"{Containers.Datasets}/{dataset}/{File}";
}
