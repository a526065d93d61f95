using System.CommandLine;

namespace SsFer.Cli.Commands.Data;

internal static class ImportPaths
{
    /// <summary><c>PATH...</c>: where an import finds its pictures.</summary>
    public static Argument<string[]> Argument(string description) =>
        new("PATH") { Description = description, Arity = ArgumentArity.OneOrMore };
}
