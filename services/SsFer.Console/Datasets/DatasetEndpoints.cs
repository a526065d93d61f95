using Microsoft.AspNetCore.Mvc;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Console.Http;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Datasets;

/// <summary>The parts of an upload; one archive may also be the whole body.</summary>
/// <param name="Images">Zip archives or pictures; a file name with folders says the class where the format reads it so.</param>
/// <param name="Table">CSV file of labels or votes.</param>
internal sealed record UploadForm(IFormFileCollection Images, IFormFile? Table = null);

/// <summary><c>/api/datasets</c>.</summary>
internal static class DatasetEndpoints
{
    private const int LongestName = 64;

    public static void MapDatasets(this IEndpointRouteBuilder api)
    {
        api.MapGet("/datasets", ListAsync)
            .WithName("GetDatasets")
            .WithSummary("All datasets with their current versions")
            .Produces<DatasetAnswer[]>();
        api.MapGet("/datasets/{name}", GetAsync)
            .WithName("GetDataset")
            .WithSummary("What the current versions of a dataset hold")
            .Produces<DatasetDetailAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/datasets/{name}/images", PostImagesAsync)
            .WithName("PostImages")
            .WithSummary(
                "Imports an upload as the dataset's new raw version; format="
                    + $"{string.Join('|', ImportFormat.All.Select(each => each.Name))} says how it is read"
            )
            .TakesBody<UploadForm>(isRequired: true, "multipart/form-data", "application/zip")
            .Produces<VersionAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <exception cref="RequestRefusedException">No dataset can be called so.</exception>
    public static string RequireName(string name) =>
        name.Length <= LongestName && DatasetName.IsValid(name)
            ? name
            : throw RequestRefusedException.Unprocessable(
                $"'{name}' cannot name a dataset: a name has at most {LongestName} characters, {DatasetName.Rule}"
            );

    private static async Task<IResult> ListAsync([FromServices] DatasetCatalog catalog, CancellationToken cancellationToken)
    {
        var all = new List<DatasetAnswer>();
        await foreach (var dataset in catalog.ListAsync(cancellationToken))
        {
            all.Add(DatasetAnswer.Of(dataset));
        }

        return Results.Ok(all);
    }

    private static async Task<IResult> GetAsync(string name, [FromServices] DatasetCatalog catalog, CancellationToken cancellationToken)
    {
        var pointers = await catalog.GetAsync(RequireName(name), cancellationToken);
        var versions = new List<Listed<DatasetManifest>>();
        foreach (var version in new[] { pointers.Raw }.OfType<string>().Concat(pointers.Prepared.Values))
        {
            versions.Add((await Listed.ReadAsync(version, ReadAsync))!);

            async Task<DatasetManifest?> ReadAsync() => await catalog.ReadManifestAsync(name, version, cancellationToken);
        }

        return Results.Ok(
            new DatasetDetailAnswer(
                name,
                [.. versions.Select(version => version.Value).OfType<DatasetManifest>().Select(VersionAnswer.Of)],
                [
                    .. versions
                        .Where(version => version.Damage is not null)
                        .Select(version => new DamagedVersionAnswer(version.Name, version.Damage!)),
                ]
            )
        );
    }

    private static async Task<IResult> PostImagesAsync(
        string name,
        [AsParameters] ImportQuery query,
        HttpRequest request,
        [FromServices] UploadReader uploads,
        [FromServices] DatasetImport import,
        CancellationToken cancellationToken
    )
    {
        RequireName(name);
        var asked = ImportRequest.Of(query, request.Query.Keys);
        using var upload = await uploads.ReadAsync(request, cancellationToken);
        var manifest = await import.RunAsync(name, asked, upload, cancellationToken);
        return Results.Created($"/api/datasets/{name}", VersionAnswer.Of(manifest));
    }
}
