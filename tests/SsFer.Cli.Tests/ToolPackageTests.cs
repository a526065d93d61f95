using System.Diagnostics;

namespace SsFer.Cli.Tests;

/// <summary>The command as a tool: packed from what was built, and installed into an empty folder as a user would.</summary>
[Trait("Category", "Slow")]
public sealed class ToolPackageTests : IDisposable
{
    private readonly Material _material = new();

    [Fact]
    public async Task Tool_PackedAndInstalledIntoAnEmptyFolder_RunsAndComputes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks at the native library of Linux");
        await DotnetAsync(
            "pack",
            Path.Combine(Repository, "services", "SsFer.Cli"),
            "--no-build",
            "--configuration",
            Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
            "--output",
            "packed",
            $"-p:PublishDir={Path.Combine(_material.Root, "published")}/"
        );

        await DotnetAsync("tool", "install", "SsFer.Cli", "--tool-path", "tools", "--add-source", "packed", "--prerelease");

        var tool = Path.Combine(_material.Root, "tools", "ssfer");
        Assert.Contains("compact", await RunAsync(tool, "recipe", "list"), StringComparison.Ordinal);
        await RunAsync(tool, "data", "import", "synthetic", "--count", "70", "--size", "32", "--name", "drawn");
        await RunAsync(tool, "data", "prepare", "drawn", "--size", "32", "--detector", "none");
        var trained = await RunAsync(
            tool,
            [.. "train --labelled drawn --labels 50% --validation drawn:validation --recipe smoke --run r".Split(' ')]
        );
        Assert.Contains("<- the product", trained, StringComparison.Ordinal);
        var library = Assert.Single(
            Directory.EnumerateFiles(Path.Combine(_material.Root, "tools"), "libtorch_cpu.so", SearchOption.AllDirectories)
        );
        Assert.Contains("linux-x64", library, StringComparison.Ordinal);
    }

    public void Dispose() => _material.Dispose();

    private static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "SsFer.Aspire.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("the tests do not lie in the repository");
            }

            return folder.FullName;
        }
    }

    private Task<string> DotnetAsync(params string[] arguments) => RunAsync("dotnet", arguments);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _material.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await error}");
        return await output;
    }
}
