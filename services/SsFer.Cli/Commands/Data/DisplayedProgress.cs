using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Data;

/// <summary>
/// Hands on at once what a library reports; <see cref="Progress{T}"/> would do it later and out of order. The first report of a
/// stage comes before any of its work: where it is not zero, the work goes on from a killed one, and a line says so.
/// </summary>
internal sealed class DisplayedProgress<T>(CommandTerminal terminal, IProgressDisplay display, Func<T, ProgressUpdate> describe)
    : IProgress<T>
{
    private string? _stage;

    public void Report(T value)
    {
        var update = describe(value);
        if (_stage != update.Stage && update.Done > 0)
        {
            terminal.Say(
                $"{update.Stage}: resumes at {ProgressText.Count(update.Done)} of {ProgressText.Count(update.Total)} {update.Unit}"
            );
        }

        _stage = update.Stage;
        display.Report(update);
    }
}
