using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SsFer.Cli.Tests;

/// <summary>
/// The real program in a process of its own, as a shell would start it: to be watched, told to stop or killed, or with an environment of
/// its own. See <see cref="SsferShell"/> for all else.
/// </summary>
internal sealed class SsferProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private SsferProcess(Process process) =>
        (_process, _output, _error) = (process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

    /// <summary>Starts <c>ssfer</c> in <paramref name="directory"/>, which also takes its temporary files.</summary>
    public static SsferProcess Start(string directory, params IEnumerable<string> arguments) =>
        new(Process.Start(Prepare(directory, arguments))!);

    /// <summary>With variables of the environment that are set, or removed where they are null.</summary>
    public static async Task<SsferResult> RunWithAsync(
        IEnumerable<(string Name, string? Value)> environment,
        string directory,
        params IEnumerable<string> arguments
    )
    {
        var start = Prepare(directory, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = new SsferProcess(Process.Start(start)!);
        return await process.WaitAsync();
    }

    private static ProcessStartInfo Prepare(string directory, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "ssfer.dll"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["TMPDIR"] = directory;
        return start;
    }

    /// <summary>A shell that starts tests in the background may have them ignore Ctrl-C, and what they start inherits that.</summary>
    public static void SkipWhereItCannotBeSent(PosixSignal signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sends a POSIX signal");
        const string Key = "SigIgn:";
        var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..];
        Assert.SkipWhen(
            (ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (NumberOf(signal) - 1) & 1) == 1,
            $"{signal} is ignored here"
        );
    }

    public void Send(PosixSignal signal)
    {
        using var kill = Process.Start("kill", [$"-{NumberOf(signal)}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Ends the process as kill -9 does: without a word.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public async Task<SsferResult> WaitAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return new SsferResult(_process.ExitCode, await _output, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static int NumberOf(PosixSignal signal) =>
        signal switch
        {
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGTERM => 15,
            _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
        };
}

internal sealed record SsferResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as the one JSON document that it must be.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output);

    public void AssertDone() => Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");

    /// <summary>Failed with exactly one line of error that contains <paramref name="words"/>, and nothing on standard output.</summary>
    public void AssertFailed(int exitCode, params IEnumerable<string> words)
    {
        Assert.True(exitCode == ExitCode, $"exit code {ExitCode} instead of {exitCode}: {Error}");
        Assert.Empty(Output);
        var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line =>
            !line.StartsWith("usage: ", StringComparison.Ordinal)
        );
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        foreach (var word in words)
        {
            Assert.Contains(word, line, StringComparison.Ordinal);
        }
    }
}
