using System.CommandLine;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands;

/// <summary>What a command does: given a session, the parsed line, and a token that Ctrl-C and SIGTERM cancel.</summary>
internal delegate Task CommandWork(CommandSession session, ParseResult arguments, CancellationToken cancellationToken);

internal static class CommandActions
{
    /// <summary>
    /// Sets what the command does. It returns where it is done and throws otherwise: <see cref="CommandErrors"/> turns that into a
    /// line and an exit code. A cancelled command throws <see cref="OperationCanceledException"/>, after its checkpoint.
    /// </summary>
    public static Command Does(this Command command, CommandWork work)
    {
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var configuration = arguments.InvocationConfiguration;
                try
                {
                    // Signals are listened for only once this call has returned, so nothing long may come before.
                    await Task.Yield();
                    var terminal = new CommandTerminal(
                        configuration.Output,
                        configuration.Error,
                        arguments.GetValue(GlobalOptions.Json),
                        CommandTerminal.IsScreen,
                        TimeProvider.System
                    );
                    await work(
                        new CommandSession(terminal, GlobalOptions.StoreOf(arguments), TimeProvider.System),
                        arguments,
                        cancellationToken
                    );
                    return ExitCodes.Done;
                }
                catch (Exception fault)
                {
                    return CommandErrors.Report(fault, configuration.Error, arguments.GetValue(GlobalOptions.Verbose), cancellationToken);
                }
            }
        );
        return command;
    }
}
