using System.CommandLine;
using SsFer.Importing.Adience;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>ssfer data import adience PATH... --task age|gender --name N [--validation-fold K]</c>.</summary>
internal static class ImportAdienceCommand
{
    public static Command Create()
    {
        var paths = ImportPaths.Argument("Zip archives or folders that hold fold_0_data.txt to fold_4_data.txt and the faces");
        var name = NewDatasetName.Option();
        var task = new Option<string>("--task") { Description = "Which label is taken: eight age groups, or two genders", Required = true };
        task.AcceptOnlyFromAmong("age", "gender");
        var fold = new Option<int?>("--validation-fold")
        {
            Description = "The fold that becomes validation, 0 to 4 [default: none]",
            HelpName = "K",
        };
        var reading = new ReadingOptions();
        var command = new Command("adience", "Adience: age and gender, in five folds that keep a person together")
        {
            paths,
            name,
            task,
            fold,
        };
        reading.AddTo(command);
        return command.Does(
            (session, arguments, cancellationToken) =>
            {
                var chosen = arguments.GetValue(task) == "age" ? AdienceTask.Age : AdienceTask.Gender;
                var importer = new AdienceImporter(arguments.GetRequiredValue(paths), chosen, arguments.GetValue(fold));
                return ImportRun.RunAsync(session, importer, arguments.GetRequiredValue(name), reading.Of(arguments), cancellationToken);
            }
        );
    }
}
