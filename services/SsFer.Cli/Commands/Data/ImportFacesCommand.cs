using System.CommandLine;
using SsFer.Importing;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>ssfer data import faces PATH... --name N</c>.</summary>
internal static class ImportFacesCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Zip archives or folders; folders of identities may nest",
            Arity = ArgumentArity.OneOrMore,
        };
        var name = NewDatasetName.Option();
        var reading = new ReadingOptions();
        var command = new Command("faces", "Faces without labels, such as a face recognition set") { paths, name };
        reading.AddTo(command, labels: false);
        return command.Does(
            (session, arguments, cancellationToken) =>
            {
                var importer = new FacesImporter(arguments.GetRequiredValue(paths));
                return ImportRun.RunAsync(session, importer, arguments.GetRequiredValue(name), reading.Of(arguments), cancellationToken);
            }
        );
    }
}
