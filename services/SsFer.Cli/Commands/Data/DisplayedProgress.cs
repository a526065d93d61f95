using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Data;

/// <summary>Hands on at once what a library reports; <see cref="Progress{T}"/> would do it later and out of order.</summary>
internal sealed class DisplayedProgress<T>(IProgressDisplay display, Func<T, ProgressUpdate> describe) : IProgress<T>
{
    public void Report(T value) => display.Report(describe(value));
}
