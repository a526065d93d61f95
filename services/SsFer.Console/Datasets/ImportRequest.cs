using System.Globalization;
using SsFer.Importing;
using SsFer.Importing.Adience;
using SsFer.Importing.AffectNet;
using SsFer.Importing.FerPlus;
using SsFer.Importing.Folders;
using SsFer.Importing.Labels;
using SsFer.Importing.RafDb;
using SsFer.Importing.Tables;
using SsFer.Importing.Text;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Datasets;

/// <summary>An importer chosen and checked before a byte of the upload is read.</summary>
/// <param name="Importer">Of an upload; refuses one without the table that it needs.</param>
/// <param name="Reading">How it reads.</param>
internal sealed record ImportRequest(Func<Upload, DatasetImporter> Importer, ImportOptions Reading)
{
    private const int Folds = 5;

    /// <exception cref="RequestRefusedException">A value is not one that the format knows.</exception>
    public static ImportRequest Of(ImportQuery query) => new(ImporterOf(query), ReadingOf(query));

    private static Func<Upload, DatasetImporter> ImporterOf(ImportQuery query)
    {
        var holdOut = query.HoldOut is { } share ? new HoldOut(ShareOf(share), SeedOf(query.Seed ?? "0")) : null;
        if (holdOut is not null && query.Format is "faces" or "ferplus" or "adience")
        {
            throw Unprocessable($"holdOut goes with the formats folders, csv, rafdb and affectnet, not with {query.Format}");
        }

        switch (query.Format)
        {
            case "faces":
                return upload => new FacesImporter(upload.Images);
            case "folders":
                return upload => new FoldersImporter(upload.Images, holdOut);
            case "csv":
                var columns = ColumnsOf(query);
                return upload => new CsvImporter(upload.Images, TableOf(upload, "csv"), columns, holdOut);
            case "ferplus":
                var rule = RuleOf(query.Rule ?? FerPlusLabels.NameOf(FerPlusRule.Plurality));
                return upload => new FerPlusImporter(upload.Images, TableOf(upload, "ferplus"), rule);
            case "rafdb":
                var pictures = OneOf<RafDbPictures>("pictures", query.Pictures, RafDbPictures.Aligned);
                return upload => new RafDbImporter(upload.Images, pictures, holdOut);
            case "affectnet":
                var classes = query.Classes is "7" or "8"
                    ? int.Parse(query.Classes, CultureInfo.InvariantCulture)
                    : throw Unprocessable("format affectnet needs classes=7 or classes=8: without or with contempt");
                return upload => new AffectNetImporter(upload.Images, classes, holdOut);
            case "adience":
                var task = OneOf<AdienceTask>("task", query.Task);
                var fold = query.ValidationFold is { } text ? FoldOf(text) : (int?)null;
                return upload => new AdienceImporter(upload.Images, task, fold);
            default:
                throw Unprocessable(
                    $"format '{query.Format}' is unknown: add ?format=faces (no labels), folders (class/picture), csv, ferplus, rafdb, "
                        + "affectnet or adience"
                );
        }
    }

    private static ImportOptions ReadingOf(ImportQuery query) =>
        new()
        {
            Encoding = query.Encoding is { } name
                ? TextEncodings.Find(name) ?? throw Unprocessable($"encoding: {TextEncodings.Refusal(name)}")
                : null,
            Contradictions = query.Contradictions is { } choice
                ? ContradictionNames.Find(choice)
                    ?? throw Unprocessable($"contradictions '{choice}' is unknown: use {string.Join(", ", ContradictionNames.All)}")
                : null,
            MissingLabels = query.Missing is { } marks ? MissingLabels.Parse(marks) : MissingLabels.Default,
        };

    private static CsvColumns ColumnsOf(ImportQuery query)
    {
        var box = query.BoxColumns?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return box is null or { Length: 4 }
            ? new CsvColumns
            {
                Image = query.ImageColumn ?? "image",
                Label = query.LabelColumn ?? "label",
                Split = query.SplitColumn,
                Box = box,
                BoxFormat = OneOf<BoxFormat>("boxFormat", query.BoxFormat, BoxFormat.Xyxy),
                BoxUnits = OneOf<BoxUnits>("boxUnits", query.BoxUnits, BoxUnits.Auto),
            }
            : throw Unprocessable($"boxColumns '{query.BoxColumns}' are not the four columns of a box: give them as A,B,C,D");
    }

    private static string TableOf(Upload upload, string format) =>
        upload.Table ?? throw Unprocessable($"format {format} needs a CSV file: send it in a part named 'table'");

    private static double ShareOf(string text) => HoldOut.FindShare(text) ?? throw Unprocessable($"holdOut: {HoldOut.Refusal(text)}");

    private static ulong SeedOf(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw Unprocessable($"seed '{text}' is no whole number");

    private static int FoldOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var fold) && fold < Folds
            ? fold
            : throw Unprocessable($"validationFold '{text}' is none: give one from 0 to {Folds - 1}");

    private static FerPlusRule RuleOf(string text) =>
        Enum.GetValues<FerPlusRule>().Cast<FerPlusRule?>().FirstOrDefault(rule => FerPlusLabels.NameOf(rule!.Value) == text)
        ?? throw Unprocessable($"rule '{text}' is unknown: use plurality or majority");

    /// <summary>The value that a text names; the one given where there is no text.</summary>
    private static T OneOf<T>(string key, string? text, T? otherwise = null)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToList();
        return text is not null && names.Contains(text) ? Enum.Parse<T>(text, ignoreCase: true)
            : text is null && otherwise is { } value ? value
            : throw Unprocessable($"{key} '{text}' is unknown: use {string.Join(", ", names)}");
    }

    private static RequestRefusedException Unprocessable(string detail) => RequestRefusedException.Unprocessable(detail);
}
