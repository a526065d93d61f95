using System.CommandLine;
using SsFer.Importing.Folders;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>ssfer data import folders PATH... --name N [--hold-out 20%] [--seed S]</c>.</summary>
internal static class ImportFoldersCommand
{
    public static Command Create()
    {
        var paths = ImportPaths.Argument("Zip archives or folders laid out as split/class/picture or class/picture");
        var name = NewDatasetName.Option();
        var holdOut = new HoldOutOptions();
        var reading = new ReadingOptions();
        var command = new Command("folders", "Pictures sorted into a folder for each class") { paths, name };
        holdOut.AddTo(command);
        reading.AddTo(command);
        return command.Does(
            (session, arguments, cancellationToken) =>
            {
                var importer = new FoldersImporter(arguments.GetRequiredValue(paths), holdOut.Of(arguments));
                return ImportRun.RunAsync(session, importer, arguments.GetRequiredValue(name), reading.Of(arguments), cancellationToken);
            }
        );
    }
}
