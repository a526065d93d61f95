using SsFer.Importing;
using SsFer.Importing.Adience;
using SsFer.Importing.AffectNet;
using SsFer.Importing.FerPlus;
using SsFer.Importing.Folders;
using SsFer.Importing.RafDb;
using SsFer.Importing.Tables;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Datasets;

/// <summary>One way in which an upload can be read.</summary>
/// <param name="Name">As the query and the terminal call it.</param>
/// <param name="Holds">What is in it, for people; empty where the name says it.</param>
/// <param name="Importer">Checks what the query says of the format; what it gives makes the importer of an upload.</param>
/// <param name="HoldsOut">Whether a validation split can be drawn.</param>
internal sealed record ImportFormat(
    string Name,
    string Holds,
    Func<ImportQuery, HoldOut?, Func<Upload, DatasetImporter>> Importer,
    bool HoldsOut = true
)
{
    /// <summary>Every format there is.</summary>
    public static IReadOnlyList<ImportFormat> All { get; } =
    [
        new("faces", "no labels", (_, _) => upload => new FacesImporter(upload.Images), HoldsOut: false),
        new("folders", "class/picture", (_, holdOut) => upload => new FoldersImporter(upload.Images, holdOut)),
        new("csv", "", Csv),
        new("ferplus", "", FerPlus, HoldsOut: false),
        new("rafdb", "", RafDb),
        new("affectnet", "", AffectNet),
        new("adience", "", Adience, HoldsOut: false),
    ];

    /// <exception cref="RequestRefusedException">There is none of this name.</exception>
    public static ImportFormat Of(string? name) =>
        All.FirstOrDefault(format => format.Name == name)
        ?? throw RequestRefusedException.Unprocessable(
            $"format '{name}' is unknown: add ?format= and one of {string.Join(", ", All.Select(format => format.Described))}"
        );

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
