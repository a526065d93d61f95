using System.Diagnostics;
using System.Reflection;

namespace SsFer.Build.Tests;

/// <summary>A folder with the repository's build files and nothing else, deleted in the end; and the tools run inside it.</summary>
internal sealed class Scratch : IDisposable
{
    public Scratch()
    {
        Folder = Directory
            .CreateDirectory(System.IO.Path.Combine(AppContext.BaseDirectory, "scratch", Guid.NewGuid().ToString("N")))
            .FullName;
        var repository = System.IO.Path.Combine(AppContext.BaseDirectory, "repository");
        foreach (var file in Directory.EnumerateFiles(repository, "*", SearchOption.AllDirectories))
        {
            var copy = Path(System.IO.Path.GetRelativePath(repository, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>libLibTorchSharp.so as NuGet delivered it, in the package cache.</summary>
    public static string PackagedLibrary { get; } =
        System.IO.Path.Combine(
            typeof(Scratch)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(data => data.Key == "TorchSharpPackage")
                .Value!,
            "runtimes",
            "linux-x64",
            "native",
            "libLibTorchSharp.so"
        );

    public string Folder { get; }

    public string Path(string relative) => System.IO.Path.Combine(Folder, relative);

    public string Write(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(relative))!);
        File.WriteAllText(Path(relative), text);
        return Path(relative);
    }

    public string Write(string relative, byte[] bytes)
    {
        File.WriteAllBytes(Path(relative), bytes);
        return Path(relative);
    }

    /// <summary>Lets a file be run.</summary>
    public void MakeExecutable(string relative)
    {
        using var chmod = Process.Start("chmod", ["+x", Path(relative)]);
        chmod.WaitForExit();
    }

    /// <summary>Runs a program here, without what the test runner or a user's shell may have set for libraries and builds.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            var name in start
                .Environment.Keys.Where(name =>
                    name.StartsWith("LD_", StringComparison.Ordinal) || name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
                )
                .ToList()
        )
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
