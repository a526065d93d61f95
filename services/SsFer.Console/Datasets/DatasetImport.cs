using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing;
using SsFer.Importing.FerPlus;
using SsFer.Importing.Folders;
using SsFer.Importing.Tables;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Datasets;

/// <summary>How an upload is to be read, as the query says it.</summary>
internal sealed record ImportQuery
{
    /// <summary>faces (unlabelled), folders (class/picture or split/class/picture), csv or ferplus.</summary>
    [FromQuery(Name = "format")]
    public string? Format { get; init; }

    /// <summary>Share of every class of train that becomes validation, in (0, 1); folders and csv only.</summary>
    [FromQuery(Name = "holdOut")]
    public string? HoldOut { get; init; }

    /// <summary>Which pictures are held out; 0 unless told.</summary>
    [FromQuery(Name = "seed")]
    public string? Seed { get; init; }

    /// <summary>plurality (default) or majority; ferplus only.</summary>
    [FromQuery(Name = "rule")]
    public string? Rule { get; init; }

    /// <summary>Column of the table with the picture's name, "image" unless told; csv only.</summary>
    [FromQuery(Name = "imageColumn")]
    public string? ImageColumn { get; init; }

    /// <summary>Column of the table with the class, "label" unless told; csv only.</summary>
    [FromQuery(Name = "labelColumn")]
    public string? LabelColumn { get; init; }

    /// <summary>Column of the table with the split; csv only, all train unless told.</summary>
    [FromQuery(Name = "splitColumn")]
    public string? SplitColumn { get; init; }
}

/// <summary>An importer chosen and checked before a byte of the upload is read.</summary>
internal sealed record ImportRequest
{
    private ImportRequest() { }

    public required string Format { get; init; }

    public required HoldOut? HoldOut { get; init; }

    public required FerPlusRule Rule { get; init; }

    public required CsvColumns Columns { get; init; }

    /// <exception cref="RequestRefusedException">A value is not one that the format knows.</exception>
    public static ImportRequest Of(ImportQuery query)
    {
        if (query.Format is not ("faces" or "folders" or "csv" or "ferplus"))
        {
            throw Unprocessable(
                $"format '{query.Format}' is unknown: add ?format=faces (no labels), folders (class/picture), csv or ferplus"
            );
        }

        if (query.HoldOut is not null && query.Format is not ("folders" or "csv"))
        {
            throw Unprocessable($"holdOut goes with the formats folders and csv, not with {query.Format}");
        }

        return new ImportRequest
        {
            Format = query.Format,
            HoldOut = query.HoldOut is null ? null : new HoldOut(ShareOf(query.HoldOut), SeedOf(query.Seed ?? "0")),
            Rule = RuleOf(query.Rule ?? FerPlusLabels.NameOf(FerPlusRule.Plurality)),
            Columns = new CsvColumns
            {
                Image = query.ImageColumn ?? "image",
                Label = query.LabelColumn ?? "label",
                Split = query.SplitColumn,
            },
        };
    }

    private static double ShareOf(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is > 0 and < 1
            ? share
            : throw Unprocessable($"holdOut '{text}' is no share: give one between 0 and 1, such as 0.2");

    private static ulong SeedOf(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw Unprocessable($"seed '{text}' is no whole number");

    private static FerPlusRule RuleOf(string text) =>
        Enum.GetValues<FerPlusRule>().Cast<FerPlusRule?>().FirstOrDefault(rule => FerPlusLabels.NameOf(rule!.Value) == text)
        ?? throw Unprocessable($"rule '{text}' is unknown: use plurality or majority");

    private static RequestRefusedException Unprocessable(string detail) => RequestRefusedException.Unprocessable(detail);
}

/// <summary>
/// An upload to a published raw version, with the importers that the terminal uses. The same upload, sent again after the service
/// was killed, goes on after the last shard that was stored.
/// </summary>
/// <param name="store">Receives the version.</param>
/// <param name="basis">Limits and shard size; those of the terminal unless given.</param>
internal sealed class DatasetImport(IArtifactStore store, ImportOptions? basis = null)
{
    /// <exception cref="RequestRefusedException">The format needs a table that was not sent.</exception>
    /// <exception cref="ImportException">The pictures or the table cannot be used.</exception>
    public async Task<DatasetManifest> RunAsync(string name, ImportRequest request, Upload upload, CancellationToken cancellationToken)
    {
        var options = (basis ?? new ImportOptions()) with { ContentHashes = upload.Hashes };
        try
        {
            return await (
                request.Format switch
                {
                    "faces" => new FacesImporter(upload.Images).ImportAsync(store, name, options, null, cancellationToken),
                    "folders" => new FoldersImporter(upload.Images, request.HoldOut).ImportAsync(
                        store,
                        name,
                        options,
                        null,
                        cancellationToken
                    ),
                    "csv" => new CsvImporter(upload.Images, TableOf(upload, request), request.Columns, request.HoldOut).ImportAsync(
                        store,
                        name,
                        options,
                        null,
                        cancellationToken
                    ),
                    _ => new FerPlusImporter(upload.Images, TableOf(upload, request), request.Rule).ImportAsync(
                        store,
                        name,
                        options,
                        null,
                        cancellationToken
                    ),
                }
            );
        }
        catch (ImportException fault)
        {
            // The client knows the files by the names it sent, not by where they stood here for a while.
            var sent = new[] { upload.Folder.Archives, upload.Folder.Path }.Aggregate(fault.Message, (text, folder) =>
                text.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
            );
            throw new ImportException(sent, fault);
        }
    }

    private static string TableOf(Upload upload, ImportRequest request) =>
        upload.Table
        ?? throw RequestRefusedException.Unprocessable($"format {request.Format} needs a CSV file: send it in a part named 'table'");
}
