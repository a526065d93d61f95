using System.CommandLine;
using SsFer.Importing.FerPlus;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>ssfer data import ferplus --images ZIP|DIR ... --votes CSV --name N [--rule plurality|majority]</c>.</summary>
internal static class ImportFerPlusCommand
{
    public static Command Create()
    {
        var images = new Option<string[]>("--images")
        {
            Description = "Zip archives or folders that hold the pictures",
            HelpName = "ZIP|DIR",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        var votes = new Option<string>("--votes")
        {
            Description = "The votes, fer2013new.csv",
            HelpName = "CSV",
            Required = true,
        };
        var name = NewDatasetName.Option();
        var rule = new Option<string>("--rule")
        {
            Description = "How ten votes become a label",
            DefaultValueFactory = _ => FerPlusLabels.NameOf(FerPlusRule.Plurality),
        };
        rule.AcceptOnlyFromAmong([.. Enum.GetValues<FerPlusRule>().Select(FerPlusLabels.NameOf)]);

        var reading = new ReadingOptions();
        var command = new Command("ferplus", "FERPlus: 48-pixel faces with ten votes each") { images, votes, name, rule };
        reading.AddTo(command);
        return command.Does(
            (session, arguments, cancellationToken) =>
            {
                var chosen = Enum.GetValues<FerPlusRule>().Single(each => FerPlusLabels.NameOf(each) == arguments.GetValue(rule));
                var importer = new FerPlusImporter(arguments.GetRequiredValue(images), arguments.GetRequiredValue(votes), chosen);
                return ImportRun.RunAsync(session, importer, arguments.GetRequiredValue(name), reading.Of(arguments), cancellationToken);
            }
        );
    }
}
