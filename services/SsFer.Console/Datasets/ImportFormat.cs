using SsFer.Importing;
using SsFer.Importing.Adience;
using SsFer.Importing.AffectNet;
using SsFer.Importing.FerPlus;
using SsFer.Importing.Folders;
using SsFer.Importing.RafDb;
using SsFer.Importing.Tables;
using SsFer.Recipes;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Datasets;

/// <summary>One way in which an upload can be read.</summary>
/// <param name="Name">As the query and the terminal call it.</param>
/// <param name="Holds">What is in it, for people; empty where the name says it.</param>
/// <param name="Importer">Checks what the query says of the format; what it gives makes the importer of an upload.</param>
/// <param name="Settings">What it reads of <see cref="ImportQuery"/>, besides what all formats do.</param>
internal sealed record ImportFormat(
    string Name,
    string Holds,
    Func<ImportQuery, HoldOut?, Func<Upload, DatasetImporter>> Importer,
    params IReadOnlyList<string> Settings
)
{
    private static readonly string[] Common = ["format", "encoding"];
    private static readonly string[] Labelled = ["contradictions"];
    private static readonly string[] Drawn = [.. Labelled, "holdOut", "seed"]; // its validation split
    private static readonly string[] Columns =
    [
        "missing",
        "imageColumn",
        "labelColumn",
        "splitColumn",
        "boxColumns",
        "boxFormat",
        "boxUnits",
    ];

    /// <summary>Every format there is.</summary>
    public static IReadOnlyList<ImportFormat> All { get; } =
    [
        new("faces", "no labels", (_, _) => upload => new FacesImporter(upload.Images)),
        new("folders", "class/picture", (_, holdOut) => upload => new FoldersImporter(upload.Images, holdOut), Drawn),
        new("csv", "", Csv, [.. Drawn, .. Columns]) { ReadsTable = true },
        new("ferplus", "", FerPlus, [.. Labelled, "rule"]) { ReadsTable = true },
        new("rafdb", "", RafDb, [.. Drawn, "pictures"]),
        new("affectnet", "", AffectNet, [.. Drawn, "classes"]),
        new("adience", "", Adience, [.. Labelled, "task", "validationFold"]),
    ];

    /// <summary>Whether a table comes beside the pictures.</summary>
    public bool ReadsTable { get; private init; }

    /// <exception cref="RequestRefusedException">There is none of this name.</exception>
    public static ImportFormat Of(string? name) =>
        All.FirstOrDefault(format => format.Name == name)
        ?? throw RequestRefusedException.Unprocessable(
            $"format '{name}' is unknown: add ?format= and one of {string.Join(", ", All.Select(format => format.Described))}"
        );

    /// <summary>Nothing that was asked for is passed over in silence.</summary>
    /// <exception cref="RequestRefusedException">A key of the query is none that this format reads.</exception>
    public void RequireToRead(IEnumerable<string> keys)
    {
        foreach (var key in keys.Where(key => !Reads(key)))
        {
            var others = All.Where(format => format.Reads(key)).Select(format => format.Name).ToList();
            throw RequestRefusedException.Unprocessable(
                others.Count > 0
                    ? $"{key} goes with the formats {string.Join(", ", others)}, not with {Name}"
                    : $"'{key}' is no setting of an import"
                        + (NearestWord.Find(key, [.. Common, .. Settings]) is { } near ? $" (did you mean '{near}'?)" : "")
            );
        }
    }

    /// <exception cref="RequestRefusedException">A table came that this format does not read.</exception>
    public void RequireToRead(Upload upload)
    {
        if (upload.Table is not null && !ReadsTable)
        {
            throw RequestRefusedException.Unprocessable(
                $"format {Name} reads no table: leave the part 'table' out, or ask for one of the formats "
                    + string.Join(", ", All.Where(format => format.ReadsTable).Select(format => format.Name))
            );
        }
    }

    private bool Reads(string key) => Common.Concat(Settings).Contains(key, StringComparer.OrdinalIgnoreCase);

    private string Described => Holds.Length > 0 ? $"{Name} ({Holds})" : Name;

    private static Func<Upload, DatasetImporter> Csv(ImportQuery query, HoldOut? holdOut)
    {
        var columns = ImportRequest.ColumnsOf(query);
        return upload => new CsvImporter(upload.Images, TableOf(upload, "csv"), columns, holdOut);
    }

    private static Func<Upload, DatasetImporter> FerPlus(ImportQuery query, HoldOut? holdOut)
    {
        var rule = ImportRequest.OneOf<FerPlusRule>("rule", query.Rule, FerPlusRule.Plurality);
        return upload => new FerPlusImporter(upload.Images, TableOf(upload, "ferplus"), rule);
    }

    private static Func<Upload, DatasetImporter> RafDb(ImportQuery query, HoldOut? holdOut)
    {
        var pictures = ImportRequest.OneOf<RafDbPictures>("pictures", query.Pictures, RafDbPictures.Aligned);
        return upload => new RafDbImporter(upload.Images, pictures, holdOut);
    }

    private static Func<Upload, DatasetImporter> AffectNet(ImportQuery query, HoldOut? holdOut)
    {
        var classes = query.Classes switch
        {
            "7" => 7,
            "8" => 8,
            _ => throw RequestRefusedException.Unprocessable("format affectnet needs classes=7 or classes=8: without or with contempt"),
        };
        return upload => new AffectNetImporter(upload.Images, classes, holdOut);
    }

    private static Func<Upload, DatasetImporter> Adience(ImportQuery query, HoldOut? holdOut)
    {
        var task = ImportRequest.OneOf<AdienceTask>("task", query.Task);
        var fold = query.ValidationFold is { } text ? ImportRequest.FoldOf(text) : (int?)null;
        return upload => new AdienceImporter(upload.Images, task, fold);
    }

    private static string TableOf(Upload upload, string format) =>
        upload.Table ?? throw RequestRefusedException.Unprocessable($"format {format} needs a CSV file: send it in a part named 'table'");
}
