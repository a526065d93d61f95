using System.Globalization;
using SsFer.Importing;
using SsFer.Importing.Labels;
using SsFer.Importing.Tables;
using SsFer.Importing.Text;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Datasets;

/// <summary>An importer chosen and checked before a byte of the upload is read.</summary>
/// <param name="Importer">Of an upload; refuses one without the table that it needs, or with one that it does not read.</param>
/// <param name="Reading">How it reads.</param>
internal sealed record ImportRequest(Func<Upload, DatasetImporter> Importer, ImportOptions Reading)
{
    private const int Folds = 5;

    /// <param name="query">What was asked for.</param>
    /// <param name="keys">All keys of the query, those that nobody knows, too.</param>
    /// <exception cref="RequestRefusedException">A key or a value is not one that the format knows.</exception>
    public static ImportRequest Of(ImportQuery query, IEnumerable<string> keys) => new(ImporterOf(query, keys), ReadingOf(query));

    private static Func<Upload, DatasetImporter> ImporterOf(ImportQuery query, IEnumerable<string> keys)
    {
        var format = ImportFormat.Of(query.Format);
        format.RequireToRead(keys);
        var holdOut = query.HoldOut is { } share ? new HoldOut(ShareOf(share), SeedOf(query.Seed ?? "0")) : null;
        var importer = format.Importer(query, holdOut);
        return upload =>
        {
            format.RequireToRead(upload);
            return importer(upload);
        };
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

    public static CsvColumns ColumnsOf(ImportQuery query)
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

    private static double ShareOf(string text) => HoldOut.FindShare(text) ?? throw Unprocessable($"holdOut: {HoldOut.Refusal(text)}");

    private static ulong SeedOf(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw Unprocessable($"seed '{text}' is no whole number");

    public static int FoldOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var fold) && fold < Folds
            ? fold
            : throw Unprocessable($"validationFold '{text}' is none: give one from 0 to {Folds - 1}");

    /// <summary>The value that a text names; the one given where there is no text.</summary>
    public static T OneOf<T>(string key, string? text, T? otherwise = null)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToList();
        return text is not null && names.Contains(text) ? Enum.Parse<T>(text, ignoreCase: true)
            : text is null && otherwise is { } value ? value
            : throw Unprocessable($"{key} '{text}' is unknown: use {string.Join(", ", names)}");
    }

    private static RequestRefusedException Unprocessable(string detail) => RequestRefusedException.Unprocessable(detail);
}
