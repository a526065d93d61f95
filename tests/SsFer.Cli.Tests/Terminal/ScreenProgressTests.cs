using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Tests.Terminal;

public sealed class ScreenProgressTests : IDisposable
{
    private const string Message =
        "pretraining: 1,204 faces, batch 256, 40 epochs, cpu, bf16, 2 threads, of which none waits for 2 loader threads";
    private const string Note = "loss 0.412, epoch 1.2, waited 0.1 %, kappa 0.25, pseudo-labels kept 44 %, right 81 %";
    private readonly Material _material = new();
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(110)]
    [InlineData(200)]
    public void Report_BetweenMessages_StaysOneLineBelowThem(int columns)
    {
        using (var progress = new ScreenProgress(_error, () => columns, _time))
        {
            for (var done = 0; done <= 67_200; done += 9_600)
            {
                progress.Say(Message);
                progress.Report(new ProgressUpdate("pretraining", done, 67_200, "images", Note));
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            progress.Report(new ProgressUpdate("finetuning", 1, 67_200, "images", Note));
        }

        var screen = new Screen(columns);
        screen.Write(_error.ToString());
        string[] said =
        [
            .. Enumerable.Repeat(Message, 8),
            $"pretraining: 67,200 of 67,200 images (100 %), 9,600 images/s, {Note}",
            $"finetuning: 1 of 67,200 images (0 %), {Note}",
        ];
        Assert.Equal(said.SelectMany(line => Wrapped(line, columns)).Append(""), screen.Rows);
        Assert.True(screen.MostBars <= 1, $"{screen.MostBars} lines of progress at a time");
    }

    [Theory]
    [InlineData(40, "import 67,200 of 90,000 images (74 %)")]
    [InlineData(60, "import ━━━━━━━─── 67,200 of 90,000 images (74 %), 2 rejected")]
    [InlineData(80, "import ━━━━━━━━━━━━━━────── 67,200 of 90,000 images (74 %), 2 rejected")]
    [InlineData(30, "import 67,200 of 90,000 image…")]
    public void Report_Line_HasTheFiguresThereIsRoomForAndABarInWhatIsLeft(int columns, string line)
    {
        var screen = new Screen(columns + 1);
        using var progress = new ScreenProgress(_error, () => columns + 1, _time);

        progress.Report(new ProgressUpdate("import", 67_200, 90_000, "images", "2 rejected"));

        screen.Write(_error.ToString());
        Assert.Equal(line, Assert.Single(screen.Rows));
    }

    [Fact]
    public void Report_WidthMisjudged_LosesTheEndOfTheLineAndNotTheScreen()
    {
        var screen = new Screen(60);
        using var progress = new ScreenProgress(_error, () => 200, _time);

        progress.Report(new ProgressUpdate("import", 5, 10, "images", Note));
        progress.Say("half of it");

        screen.Write(_error.ToString());
        Assert.Equal(2, screen.Rows.Count());
        Assert.Equal("half of it", screen.Rows.First());
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(110)]
    [InlineData(200)]
    [Trait("Category", "Slow")]
    public async Task Command_InATerminal_KeepsItsProgressOnOneLine(int columns)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs script, which opens a terminal of its own");
        var program = Path.Combine(AppContext.BaseDirectory, "ssfer.dll");
        var start = new ProcessStartInfo("/usr/bin/script")
        {
            WorkingDirectory = _material.Root,
            RedirectStandardInput = true, // without one the width of the caller's own terminal would be taken
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm";
        start.Environment["TMPDIR"] = _material.Root;
        var command = $"stty cols {columns} rows 24; exec dotnet exec '{program}' data import synthetic --count 70 --name {Name}";
        Array.ForEach(["--quiet", "--return", "--command", command, "/dev/null"], start.ArgumentList.Add);
        using var process = Process.Start(start)!;

        var shown = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, shown);
        var screen = new Screen(columns);
        screen.Write(shown);
        Assert.True(screen.MostBars <= 1, shown);
        Assert.True(shown.AsSpan().ContainsAny('━', '─'), shown);
        Assert.DoesNotContain(screen.Rows, row =>
            row.Contains('━', StringComparison.Ordinal) || row.Contains('─', StringComparison.Ordinal)
        );
        Assert.Contains(screen.Rows, row => row.StartsWith("import: 70 of 70", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _error.Dispose();
        _material.Dispose();
    }

    private const string Name = "faces-of-a-name-that-takes-much-of-a-line";

    private static IEnumerable<string> Wrapped(string line, int columns) => line.Chunk(columns).Select(row => new string(row).TrimEnd());
}
