using System.CommandLine;
using System.CommandLine.Parsing;

namespace SsFer.Cli.Terminal;

internal static class CommandLineProgram
{
    /// <summary>How long a command may take to write its checkpoint after Ctrl-C or SIGTERM before the process ends all the same.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(25);

    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> arguments)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            System.Console.Error.WriteLine($"error: {CommandErrors.OneLine(parsed.Errors[0].Message)}");
            System.Console.Error.WriteLine($"usage: {PathOf(parsed.CommandResult)} --help says what may stand here");
            return ExitCodes.WrongUsage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TerminationTimeout }
        );
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "ssfer";
}
