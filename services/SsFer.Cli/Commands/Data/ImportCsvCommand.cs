using System.CommandLine;
using System.CommandLine.Parsing;
using SsFer.Importing;
using SsFer.Importing.Tables;

namespace SsFer.Cli.Commands.Data;

/// <summary>
/// <c>ssfer data import csv --table FILE.csv --images ZIP|DIR ... --image-column X --label-column Y [--split-column S]
/// [--box-columns A,B,C,D] [--box-format xyxy|xywh|cxcywh] [--box-units auto|pixels|shares] --name N [--hold-out 20%] [--seed S]</c>, and
/// what <see cref="ReadingOptions"/> has.
/// </summary>
internal static class ImportCsvCommand
{
    public static Command Create()
    {
        var table = new Option<string>("--table")
        {
            Description = "The table, one row a picture, column names first",
            HelpName = "FILE.csv",
            Required = true,
        };
        var images = new Option<string[]>("--images")
        {
            Description = "Zip archives or folders that hold the pictures",
            HelpName = "ZIP|DIR",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        var image = new Option<string>("--image-column")
        {
            Description = "The column with the picture's path or name",
            HelpName = "X",
            Required = true,
        };
        var label = new Option<string>("--label-column")
        {
            Description = "The column with the class; an empty cell, or a mark of --missing, is unlabelled",
            HelpName = "Y",
            Required = true,
        };
        var split = new Option<string?>("--split-column")
        {
            Description = "The column that says train, validation or test [default: all train]",
            HelpName = "S",
        };
        var box = new Option<string[]>("--box-columns")
        {
            Description = "The four columns of the face box in the picture as viewers show it: turned as its EXIF orientation says",
            HelpName = "A,B,C,D",
            CustomParser = ParseColumns,
        };
        var format = new Option<string>("--box-format")
        {
            Description = "Two corners, a corner with width and height, or the centre with width and height",
            DefaultValueFactory = _ => "xyxy",
        };
        format.AcceptOnlyFromAmong([.. NamesOf<BoxFormat>()]);
        var units = new Option<string>("--box-units")
        {
            Description = "Pixels, or shares of the picture's width and height; auto: shares where most boxes have no number above 1.5",
            DefaultValueFactory = _ => "auto",
        };
        units.AcceptOnlyFromAmong([.. NamesOf<BoxUnits>()]);
        var name = NewDatasetName.Option();
        var holdOut = new HoldOutOptions();
        var reading = new ReadingOptions();
        var command = new Command("csv", "Pictures with labels in a table: any classification task")
        {
            table,
            images,
            image,
            label,
            split,
            box,
            format,
            units,
            name,
        };
        holdOut.AddTo(command);
        reading.AddTo(command, column: true);
        return command.Does(
            (session, arguments, cancellationToken) =>
            {
                var columns = new CsvColumns
                {
                    Image = arguments.GetRequiredValue(image),
                    Label = arguments.GetRequiredValue(label),
                    Split = arguments.GetValue(split),
                    Box = arguments.GetValue(box) is { Length: > 0 } four ? four : null,
                    BoxFormat = Enum.Parse<BoxFormat>(arguments.GetRequiredValue(format), ignoreCase: true),
                    BoxUnits = Enum.Parse<BoxUnits>(arguments.GetRequiredValue(units), ignoreCase: true),
                };
                var importer = new CsvImporter(
                    arguments.GetRequiredValue(images),
                    arguments.GetRequiredValue(table),
                    columns,
                    holdOut.Of(arguments)
                );
                return ImportRun.RunAsync(session, importer, arguments.GetRequiredValue(name), reading.Of(arguments), cancellationToken);
            }
        );
    }

    private static IEnumerable<string> NamesOf<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());

    private static string[]? ParseColumns(ArgumentResult result)
    {
        var columns = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (columns.Length == 4)
        {
            return columns;
        }

        result.AddError($"'{result.Tokens[0].Value}' are not the four columns of a box: give them as A,B,C,D");
        return null;
    }
}
