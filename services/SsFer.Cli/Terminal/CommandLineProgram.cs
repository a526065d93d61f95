using System.CommandLine;

namespace SsFer.Cli.Terminal;

internal static class CommandLineProgram
{
    /// <summary>How long a command may take to write its checkpoint after Ctrl-C or SIGTERM before the process ends all the same.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> arguments)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            var path = new Stack<string>();
            for (var symbol = parsed.CommandResult; symbol is not null; symbol = symbol.Parent as System.CommandLine.Parsing.CommandResult)
                path.Push(symbol.Command == root ? "ssfer" : symbol.Command.Name);
            Console.Error.WriteLine($"error: {parsed.Errors[0].Message}");
            Console.Error.WriteLine($"usage: {string.Join(' ', path)} --help says what may stand here");
            return ExitCodes.WrongUsage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TerminationTimeout });
    }
}
