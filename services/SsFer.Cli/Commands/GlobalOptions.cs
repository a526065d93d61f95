using System.CommandLine;

namespace SsFer.Cli.Commands;

/// <summary>Options that every command knows.</summary>
internal static class GlobalOptions
{
    public static Option<string> Store { get; } = new("--store")
    {
        Description = "Folder of the store: datasets, runs, models",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".ssfer",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "The result as one JSON document on standard output", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Where an error comes from, in full", Recursive = true };
}
