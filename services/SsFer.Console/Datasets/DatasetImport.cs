using System.Globalization;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Control.Http;
using SsFer.Importing;
using SsFer.Importing.FerPlus;
using SsFer.Importing.Folders;
using SsFer.Importing.Tables;

namespace SsFer.Control.Datasets;

/// <summary>How an upload is to be read.</summary>
internal sealed record ImportRequest
{
    /// <summary>faces (unlabelled), folders (class/picture or split/class/picture), csv or ferplus.</summary>
    public string Format { get; init; } = "";

    /// <summary>Share of every class of train that becomes validation, in (0, 1); folders and csv only.</summary>
    public double? HoldOut { get; init; }

    /// <summary>Which pictures are held out.</summary>
    public ulong? Seed { get; init; }

    /// <summary>plurality (default) or majority; ferplus only.</summary>
    public string Rule { get; init; } = FerPlusLabels.NameOf(FerPlusRule.Plurality);

    /// <summary>Column of the table with the picture's name; csv only.</summary>
    public string ImageColumn { get; init; } = "image";

    /// <summary>Column of the table with the class; csv only.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>Column of the table with the split; csv only, all train unless told.</summary>
    public string? SplitColumn { get; init; }

    /// <exception cref="RequestRefusedException">A value is not one that the format knows.</exception>
    public static ImportRequest Of(IQueryCollection query)
    {
        var request = new ImportRequest
        {
            Format = query["format"].ToString(),
            HoldOut = query["holdOut"] is [{ } share] ? ParseShare(share) : null,
            Seed = query["seed"] is [{ } seed] ? ulong.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Unprocessable($"seed '{seed}' is no whole number") : null,
        };
        request = request with
        {
            Rule = query["rule"] is [{ Length: > 0 } rule] ? rule : request.Rule,
            ImageColumn = query["imageColumn"] is [{ Length: > 0 } image] ? image : request.ImageColumn,
            LabelColumn = query["labelColumn"] is [{ Length: > 0 } label] ? label : request.LabelColumn,
            SplitColumn = query["splitColumn"] is [{ Length: > 0 } split] ? split : null,
        };
        if (request.Format is not ("faces" or "folders" or "csv" or "ferplus"))
            throw Unprocessable($"format '{request.Format}' is unknown: add ?format=faces (no labels), folders (class/picture), csv or ferplus");
        if (request.Format == "ferplus" && !Enum.GetValues<FerPlusRule>().Any(each => FerPlusLabels.NameOf(each) == request.Rule))
            throw Unprocessable($"rule '{request.Rule}' is unknown: use plurality or majority");
        return request.HoldOut is null || request.Format is "folders" or "csv"
            ? request
            : throw Unprocessable($"holdOut goes with the formats folders and csv, not with {request.Format}");
    }

    private static double ParseShare(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is > 0 and < 1
            ? share
            : throw Unprocessable($"holdOut '{text}' is no share: give one between 0 and 1, such as 0.2");

    private static RequestRefusedException Unprocessable(string detail) => RequestRefusedException.Unprocessable(detail);
}

/// <summary>An upload to a published raw version, with the importers that the terminal uses.</summary>
internal sealed class DatasetImport(IArtifactStore store)
{
    /// <exception cref="RequestRefusedException">The format needs a table that was not sent.</exception>
    /// <exception cref="ImportException">The pictures or the table cannot be used.</exception>
    public async Task<DatasetManifest> RunAsync(string name, ImportRequest request, Upload upload, CancellationToken cancellationToken)
    {
        var options = new ImportOptions();
        var holdOut = request.HoldOut is { } share ? new HoldOut(share, request.Seed ?? 0) : null;
        try
        {
            return await (request.Format switch
            {
                "faces" => new FacesImporter(upload.Images).ImportAsync(store, name, options, null, cancellationToken),
                "folders" => new FoldersImporter(upload.Images, holdOut).ImportAsync(store, name, options, null, cancellationToken),
                "csv" => new CsvImporter(upload.Images, TableOf(upload, request), Columns(request), holdOut).ImportAsync(store, name, options, null, cancellationToken),
                _ => new FerPlusImporter(upload.Images, TableOf(upload, request), Enum.GetValues<FerPlusRule>().Single(rule => FerPlusLabels.NameOf(rule) == request.Rule))
                    .ImportAsync(store, name, options, null, cancellationToken),
            });
        }
        catch (ImportException fault)
        {
            // The client knows the files by the names it sent, not by where they stood here for a while.
            throw new ImportException(fault.Message.Replace(upload.Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal), fault);
        }
    }

    private static CsvColumns Columns(ImportRequest request) => new() { Image = request.ImageColumn, Label = request.LabelColumn, Split = request.SplitColumn };

    private static string TableOf(Upload upload, ImportRequest request) =>
        upload.Table ?? throw RequestRefusedException.Unprocessable($"format {request.Format} needs a CSV file: send it in a part named 'table'");
}
