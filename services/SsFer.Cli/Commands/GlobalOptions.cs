using System.CommandLine;
using SsFer.Cli.Commands.Demo;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands;

/// <summary>Options that every command knows.</summary>
internal static class GlobalOptions
{
    private const string DefaultStore = ".ssfer";

    /// <summary>Has no default of its own, for help would give it to every command alike: see <see cref="StoreOf"/>.</summary>
    public static Option<string?> Store { get; } = CreateStore();

    public static Option<bool> Json { get; } =
        new("--json") { Description = "The result as one JSON document on standard output", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Where an error comes from, in full", Recursive = true };

    /// <exception cref="UsageException">A file has the name of the default store.</exception>
    public static string StoreOf(ParseResult arguments) =>
        arguments.GetValue(Store) ?? (File.Exists(DefaultStore) ? throw new UsageException(IsAFile(DefaultStore)) : DefaultStore);

    private static Option<string?> CreateStore()
    {
        var option = new Option<string?>("--store")
        {
            Description = $"Folder of the store: datasets, runs, models [default: {DefaultStore}; of the demo: {DemoCommand.OwnStore}]",
            HelpName = "DIR",
            Recursive = true,
        };
        option.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
            {
                result.AddError("the store has no name: give a folder with --store");
            }
            else if (result.GetValueOrDefault<string>() is { } path && File.Exists(path))
            {
                result.AddError(IsAFile(path));
            }
        });
        return option;
    }

    private static string IsAFile(string path) => $"the store '{path}' is a file: give a folder with --store";
}
