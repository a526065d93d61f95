using System.Diagnostics;

namespace SsFer.Build.Tests;

/// <summary><c>./ssfer</c> in a repository of few files, with a compiler that only notes that it was asked.</summary>
[Trait("Category", "Slow")]
public sealed class LauncherTests : IDisposable
{
    // "dotnet build" takes the time that the test gives it, then leaves a program; anything else is that program being run.
    private const string Dotnet = """
        #!/usr/bin/env bash
        case $1 in
          --version) echo 10.0.100 ;;
          build)
            echo build >> "$BUILDS"
            [[ -z ${GATE:-} ]] || read -r _ < "$GATE"
            [[ ! -e services/broken.cs ]] || exit 1
            mkdir -p artifacts/bin/SsFer.Cli/release
            cat services/program.cs > artifacts/bin/SsFer.Cli/release/ssfer.dll
            echo '{}' > artifacts/bin/SsFer.Cli/release/ssfer.runtimeconfig.json ;;
          *) echo "$(cat "$1") in $PWD: ${*:2}"; exit "${EXIT:-0}" ;;
        esac
        """;

    private readonly Scratch _scratch = new();

    public LauncherTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a script of Linux's");
        _scratch.Write("services/program.cs", "one");
        _scratch.Write("SsFer.ServiceDefaults/defaults.cs", "");
        _scratch.Write("global.json", "{}");
        _scratch.Write("elsewhere/note", "");
        _scratch.Write("programs/npm", "#!/bin/sh\n");
        _scratch.Write("programs/dotnet", Dotnet);
        Array.ForEach(["programs/npm", "programs/dotnet", "ssfer"], _scratch.MakeExecutable);

        foreach (var file in Directory.EnumerateFileSystemEntries(_scratch.Folder, "*", SearchOption.AllDirectories))
        {
            Directory.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddYears(50));
        }
    }

    [Fact]
    public async Task Ssfer_FirstTimeThenAgain_BuildsOnceAndSaysSo()
    {
        var first = await RunAsync("data", "list");
        var again = await RunAsync("runs", "list", "two words");

        Assert.Equal((0, $"one in {_scratch.Path("elsewhere")}: data list\n"), (first.ExitCode, first.Output));
        Assert.Contains("ssfer: building", first.Error, StringComparison.Ordinal);
        Assert.Equal((0, $"one in {_scratch.Path("elsewhere")}: runs list two words\n", ""), again);
        Assert.Equal(1, Builds);
    }

    [Theory]
    [InlineData("services/program.cs")]
    [InlineData("services/new.cs")]
    [InlineData("infra/build/BlazeFace.targets")]
    [InlineData("Directory.Packages.props")]
    public async Task Ssfer_SourceNewerThanTheBuild_BuildsAgain(string source)
    {
        await RunAsync("data", "list");
        _scratch.Write(source, "two");
        File.SetLastWriteTimeUtc(_scratch.Path(source), DateTime.UnixEpoch.AddYears(100));

        var result = await RunAsync("data", "list");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, Builds);
    }

    [Fact]
    public async Task Ssfer_SourceDeleted_BuildsAgain()
    {
        _scratch.Write("services/more/old.cs", "");
        await RunAsync("data", "list");
        File.Delete(_scratch.Path("services/more/old.cs"));
        Directory.SetLastWriteTimeUtc(_scratch.Path("services/more"), DateTime.UnixEpoch.AddYears(100));

        await RunAsync("data", "list");

        Assert.Equal(2, Builds);
    }

    [Fact]
    public async Task Ssfer_ExitCodeOfTheCommand_IsPassedOn()
    {
        var result = await RunAsync(["train"], ("EXIT", "130"));

        Assert.Equal(130, result.ExitCode);
    }

    [Fact]
    public async Task Ssfer_BuildThatFails_FailsAndRunsNothing()
    {
        _scratch.Write("services/broken.cs", "");

        var result = await RunAsync("data", "list");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("error: ssfer could not be built", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ssfer_TwoAtOnce_BuildOnceAndBothRun()
    {
        var gate = _scratch.Path("gate");
        using (var made = Process.Start("mkfifo", [gate]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var both = Task.WhenAll(RunAsync(["data"], ("GATE", gate)), RunAsync(["runs"], ("GATE", gate)));
        await File.WriteAllTextAsync(gate, "go on\n", TestContext.Current.CancellationToken); // opens once a build reads from it

        var results = await both;
        Assert.All(results, result => Assert.Equal(0, result.ExitCode));
        Assert.Equal(1, Builds);
    }

    public void Dispose() => _scratch.Dispose();

    private int Builds => File.ReadAllLines(_scratch.Path("builds")).Length;

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(arguments, []);

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] arguments,
        params (string Name, string Value)[] settings
    )
    {
        var start = new ProcessStartInfo(_scratch.Path("ssfer"), arguments)
        {
            WorkingDirectory = _scratch.Path("elsewhere"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_scratch.Path("programs")}:{start.Environment["PATH"]}";
        start.Environment["BUILDS"] = _scratch.Path("builds");
        start.Environment.Remove("Accelerator");
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output, await error);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
