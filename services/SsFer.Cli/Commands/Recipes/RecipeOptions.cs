using System.CommandLine;

namespace SsFer.Cli.Commands.Recipes;

/// <summary>Options of every command that takes a recipe.</summary>
internal static class RecipeOptions
{
    /// <summary><c>--set Path=Value</c>, any number of times.</summary>
    public static Option<string[]> Set() =>
        new("--set")
        {
            Description = "Replaces a setting of the recipe, such as FineTuning.Epochs=30; may stand several times",
            HelpName = "Path=Value",
        };
}
