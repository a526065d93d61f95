using System.Text.Json;
using Spectre.Console;
using SsFer.Artifacts.Storage;

namespace SsFer.Cli.Terminal;

/// <summary>
/// Where a command speaks: its result on standard output, as text or as exactly one JSON document; everything else on standard error.
/// </summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="json">Whether results are JSON (<c>--json</c>).</param>
/// <param name="interactive">See <see cref="IsScreen"/>.</param>
/// <param name="time">Clock of rates and of the lines in between.</param>
internal sealed class CommandTerminal(TextWriter output, TextWriter error, bool json, bool interactive, TimeProvider time)
{
    private readonly IAnsiConsole? _screen = interactive
        ? AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.Yes,
                Out = new AnsiConsoleOutput(error),
            }
        )
        : null;
    private volatile bool _barIsShown;

    /// <summary>Whether standard error is a terminal on which a bar can be redrawn.</summary>
    public static bool IsScreen => !System.Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>A line for the person at the terminal; never part of the result.</summary>
    public void Say(string line)
    {
        if (_barIsShown)
        {
            _screen!.WriteLine(line); // keeps the bar in its place below
        }
        else
        {
            error.WriteLine(line);
        }
    }

    /// <summary>The result of the command, given once: the document under <c>--json</c>, the text otherwise.</summary>
    /// <param name="document">Written as the store writes documents: camelCase, enums as strings.</param>
    /// <param name="text">Writes what people read.</param>
    public void Show<T>(T document, Action<TextWriter> text)
        where T : notnull
    {
        if (!json)
        {
            text(output);
            return;
        }

        output.WriteLine(JsonSerializer.Serialize(document, ArtifactJson.Document));
    }

    /// <summary>Runs long work and shows how far it is.</summary>
    public async Task<T> WithProgressAsync<T>(Func<IProgressDisplay, Task<T>> work)
    {
        if (_screen is null)
        {
            using var lines = new LineProgress(error, time);
            return await work(lines);
        }

        _barIsShown = true;
        try
        {
            return await BarProgress.RunAsync(_screen, time, work);
        }
        finally
        {
            _barIsShown = false;
        }
    }
}
