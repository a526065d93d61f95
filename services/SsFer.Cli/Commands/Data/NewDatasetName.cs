using System.CommandLine;
using SsFer.Artifacts.Datasets;

namespace SsFer.Cli.Commands.Data;

internal static class NewDatasetName
{
    /// <summary><c>--name N</c>: what an import calls its dataset.</summary>
    public static Option<string> Option()
    {
        var option = new Option<string>("--name")
        {
            Description = "Name of the dataset",
            HelpName = "N",
            Required = true,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && !DatasetName.IsValid(name))
            {
                result.AddError($"'{name}' cannot name a dataset: a name {DatasetName.Rule}");
            }
        });
        return option;
    }
}
