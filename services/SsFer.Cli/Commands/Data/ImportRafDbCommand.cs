using System.CommandLine;
using SsFer.Importing.RafDb;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>ssfer data import rafdb PATH... --name N [--pictures aligned|original] [--hold-out 20%] [--seed S]</c>.</summary>
internal static class ImportRafDbCommand
{
    public static Command Create()
    {
        var paths = ImportPaths.Argument("Zip archives or folders that hold EmoLabel and Image (and Annotation for boxes)");
        var name = NewDatasetName.Option();
        var pictures = new Option<string>("--pictures")
        {
            Description = "Faces that the owners cut out, or whole photographs",
            DefaultValueFactory = _ => "aligned",
        };
        pictures.AcceptOnlyFromAmong("aligned", "original");
        var holdOut = new HoldOutOptions();
        var reading = new ReadingOptions();
        var command = new Command("rafdb", "RAF-DB, single-label: seven expressions, train and test") { paths, name, pictures };
        holdOut.AddTo(command);
        reading.AddTo(command);
        return command.Does(
            (session, arguments, cancellationToken) =>
            {
                var kind = arguments.GetValue(pictures) == "original" ? RafDbPictures.Original : RafDbPictures.Aligned;
                var importer = new RafDbImporter(arguments.GetRequiredValue(paths), kind, holdOut.Of(arguments));
                return ImportRun.RunAsync(session, importer, arguments.GetRequiredValue(name), reading.Of(arguments), cancellationToken);
            }
        );
    }
}
