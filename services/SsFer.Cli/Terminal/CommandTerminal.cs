using System.Text.Json;
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
    private ScreenProgress? _progress;

    /// <summary>Whether standard error is a terminal on which a line can be drawn again.</summary>
    public static bool IsScreen => !System.Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>A line for the person at the terminal; never part of the result.</summary>
    public void Say(string line)
    {
        if (_progress is { } shown)
        {
            shown.Say(line);
        }
        else
        {
            error.WriteLine(line);
        }
    }

    /// <summary>What is amiss although the command did its work.</summary>
    public void SayWarnings(IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            Say($"warning: {warning}");
        }
    }

    /// <summary>Commands that may follow.</summary>
    public void SayNext(IReadOnlyList<string> commands)
    {
        for (var i = 0; i < commands.Count; i++)
        {
            Say($"{(i == 0 ? "next:" : "     ")} {commands[i]}");
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
        if (!interactive)
        {
            using var lines = new LineProgress(error, time);
            return await work(lines);
        }

        using var progress = new ScreenProgress(error, () => Columns, time);
        _progress = progress;
        try
        {
            return await work(progress);
        }
        finally
        {
            _progress = null;
        }
    }

    /// <summary>Width of the window; that of the oldest terminals where nobody knows it.</summary>
    private static int Columns => System.Console.WindowWidth is > 0 and var width ? width : 80;
}
