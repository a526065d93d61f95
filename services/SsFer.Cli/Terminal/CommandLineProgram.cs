using System.CommandLine;
using System.CommandLine.Invocation;

namespace SsFer.Cli.Terminal;

internal static class CommandLineProgram
{
    /// <summary>How long a command may take to write its checkpoint after Ctrl-C or SIGTERM before the process ends all the same.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(25);

    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> arguments)
    {
        var parsed = root.Parse(arguments);
        if (IsGroupAlone(parsed))
        {
            parsed = root.Parse([.. arguments, "--help"]);
        }

        if (Fault(parsed, arguments) is { } fault)
        {
            System.Console.Error.WriteLine($"error: {CommandErrors.OneLine(fault)}");
            System.Console.Error.WriteLine($"usage: {MistypedWord.PathOf(parsed.CommandResult)} --help says what may stand here");
            return ExitCodes.WrongUsage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TerminationTimeout }
        );
    }

    /// <summary>
    /// Whether the line ends before it says what to do: <c>ssfer</c>, <c>ssfer data</c>. The help is what is wanted then; a group that does
    /// something by itself says what it lacks.
    /// </summary>
    private static bool IsGroupAlone(ParseResult parsed) =>
        parsed
            is {
                Action: ParseErrorAction or null,
                UnmatchedTokens.Count: 0,
                CommandResult.Command: { Action: null, Subcommands.Count: > 0 }
            };

    private static string? Fault(ParseResult parsed, IReadOnlyList<string> arguments) =>
        MistypedWord.In(parsed, arguments) ?? (parsed.Errors.Count > 0 ? parsed.Errors[0].Message : null);
}
