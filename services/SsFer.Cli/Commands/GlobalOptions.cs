using System.CommandLine;

namespace SsFer.Cli.Commands;

/// <summary>Options that every command knows.</summary>
internal static class GlobalOptions
{
    public static Option<string> Store { get; } = CreateStore();

    public static Option<bool> Json { get; } = new("--json") { Description = "The result as one JSON document on standard output", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Where an error comes from, in full", Recursive = true };

    private static Option<string> CreateStore()
    {
        var option = new Option<string>("--store")
        {
            Description = "Folder of the store: datasets, runs, models",
            HelpName = "DIR",
            DefaultValueFactory = _ => ".ssfer",
            Recursive = true,
        };
        option.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
                result.AddError("the store has no name: give a folder with --store");
            else if (result.GetValueOrDefault<string>() is { } path && File.Exists(path))
                result.AddError($"the store '{path}' is a file: give a folder with --store");
        });
        return option;
    }
}
