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
        return new Command("faces", "Faces without labels, such as a face recognition set") { paths, name }.Does(
            (session, arguments, cancellationToken) =>
            {
                var importer = new FacesImporter(arguments.GetRequiredValue(paths));
                return ImportReport.RunAsync(session, progress =>
                    importer.ImportAsync(session.Store, arguments.GetRequiredValue(name), new ImportOptions(), progress, cancellationToken)
                );
            }
        );
    }
}
