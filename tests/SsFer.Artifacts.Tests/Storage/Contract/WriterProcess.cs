using System.Diagnostics;
using System.Globalization;

namespace SsFer.Artifacts.Tests.Storage;

/// <summary>A process of its own that writes to the store a test looks at (tests/SsFer.StoreWriter).</summary>
internal sealed class WriterProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    private WriterProcess(Process process) => (_process, _error) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>Starts it; it waits for <see cref="Go"/>, so that all of several begin at once.</summary>
    public static async Task<WriterProcess> StartAsync(
        string connection,
        string act,
        string path,
        int number,
        CancellationToken cancellationToken
    )
    {
        var program = Path.Combine(AppContext.BaseDirectory, "SsFer.StoreWriter.dll");
        var start = new ProcessStartInfo("dotnet", [program, connection, act, path, number.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var writer = new WriterProcess(Process.Start(start)!);
        await writer.WaitForAsync("ready", cancellationToken);
        return writer;
    }

    public void Go() => _process.StandardInput.WriteLine();

    public async Task WaitForAsync(string word, CancellationToken cancellationToken)
    {
        if (await _process.StandardOutput.ReadLineAsync(cancellationToken) is var line && line != word)
        {
            Assert.Fail($"the writer said '{line}' instead of '{word}': {await _error}");
        }
    }

    /// <summary>The lines it printed, once it has ended well.</summary>
    public async Task<string[]> EndAsync(CancellationToken cancellationToken)
    {
        var output = await _process.StandardOutput.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        Assert.True(_process.ExitCode == 0, await _error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>As kill -9 does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
