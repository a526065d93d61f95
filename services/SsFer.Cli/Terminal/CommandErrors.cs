using SsFer.Recipes;

namespace SsFer.Cli.Terminal;

/// <summary>The one place where an exception becomes a line on standard error and an exit code.</summary>
internal static class CommandErrors
{
    public static int Report(Exception fault, TextWriter error, bool verbose, CancellationToken cancellationToken)
    {
        if (fault is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            error.WriteLine("interrupted: the same command again goes on from the last checkpoint, or starts anew where there is none");
            return ExitCodes.Interrupted;
        }

        error.WriteLine(
            IsForPeople(fault)
                ? $"error: {OneLine(fault.Message)}"
                : $"error: {fault.GetType().Name}: {OneLine(fault.Message)}; this is a defect in "
                    + $"SsFer{(verbose ? "" : ", run with --verbose for details")}"
        );
        if (verbose)
        {
            error.WriteLine(fault);
        }

        return fault is InvalidRequestException ? ExitCodes.WrongUsage : ExitCodes.Failed;
    }

    /// <summary>The message without its line breaks.</summary>
    public static string OneLine(string message) =>
        string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Whether the message was written to be read by the person at the terminal.</summary>
    private static bool IsForPeople(Exception fault) => fault is UserFacingException or IOException or UnauthorizedAccessException;
}
