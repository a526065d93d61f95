using Microsoft.Extensions.Time.Testing;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Tests.Terminal;

public sealed class CommandTerminalTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    [Fact]
    public async Task Progress_WhereSomeoneWatches_IsDrawnOnStandardErrorAlone()
    {
        var terminal = new CommandTerminal(_output, _error, json: true, interactive: true, new FakeTimeProvider());

        var result = await terminal.WithProgressAsync(progress =>
        {
            progress.Report(new ProgressUpdate("import [train]", 5, 10, "images", "2 rejected"));
            progress.Report(new ProgressUpdate("import [train]", 10, 10, "images", "2 rejected"));
            return Task.FromResult(42);
        });
        terminal.Show(new { Answer = result }, _ => { });

        Assert.Equal("{\n  \"answer\": 42\n}\n", _output.ToString());
        Assert.Contains("import [train]", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Table_NumbersAndWords_StandRightAndLeft()
    {
        var table = new TextTable("run", "images", "stages");
        table.Add("r1", "1,204", "pretrain completed");
        table.Add("long-name", "3", "");

        table.WriteTo(_output, "  ");

        Assert.Equal(
            """
              run        images  stages
              r1          1,204  pretrain completed
              long-name       3

            """,
            _output.ToString()
        );
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }
}
