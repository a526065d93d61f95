using System.CommandLine;
using SsFer.Importing.AffectNet;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>ssfer data import affectnet PATH... --classes 7|8 --name N [--hold-out 20%] [--seed S]</c>.</summary>
internal static class ImportAffectNetCommand
{
    public static Command Create()
    {
        var paths = ImportPaths.Argument(
            "Zip archives or folders: training.csv, validation.csv and the pictures, or train_set and val_set"
        );
        var name = NewDatasetName.Option();
        var classes = new Option<string>("--classes") { Description = "Without or with contempt", Required = true };
        classes.AcceptOnlyFromAmong("7", "8");
        var holdOut = new HoldOutOptions();
        var reading = new ReadingOptions();
        var command = new Command("affectnet", "AffectNet, manually annotated: train, and the owners' validation as test")
        {
            paths,
            name,
            classes,
        };
        holdOut.AddTo(command);
        reading.AddTo(command);
        return command.Does(
            (session, arguments, cancellationToken) =>
            {
                var importer = new AffectNetImporter(
                    arguments.GetRequiredValue(paths),
                    arguments.GetValue(classes) == "7" ? 7 : 8,
                    holdOut.Of(arguments)
                );
                return ImportRun.RunAsync(session, importer, arguments.GetRequiredValue(name), reading.Of(arguments), cancellationToken);
            }
        );
    }
}
