using System.Collections.Concurrent;
using System.Diagnostics;
using SsFer.Testing;

namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>A service as it is deployed: its own executable in a process of its own, told everything by environment variables.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="program">Its executable, of this build or another.</param>
    /// <param name="settings">Configuration by key, such as <c>StageWorker:LookInterval</c>.</param>
    /// <param name="folder">Working directory.</param>
    public ServiceProcess(string program, IEnumerable<(string Key, string Value)> settings, string folder)
    {
        Name = Path.GetFileNameWithoutExtension(program);
        var start = new ProcessStartInfo("dotnet", [program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.ForgetCaller();
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__MassTransit"] = "Information"; // tests look for what the broker refused
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) =>
        {
            Keep(line.Data);
            if (line.Data is { Length: > 0 } text)
            {
                _errors.Enqueue(text);
            }
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    /// <summary>Everything it wrote, to standard output or standard error.</summary>
    public IReadOnlyList<string> Log => [.. _log];

    /// <summary>Standard error so far.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    public bool HasExited => _process.HasExited;

    /// <summary>Where it listens, once it does.</summary>
    public Task<Uri> AddressAsync(CancellationToken cancellationToken) => _address.Task.WaitAsync(StartPatience, cancellationToken);

    /// <summary>Waits until it says that store and bus answer it.</summary>
    public async Task UntilHealthyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = await AddressAsync(cancellationToken) };
        await Patience.UntilAsync(
            $"{Name} to be healthy",
            async token =>
            {
                using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative), token);
                return await answer.Content.ReadAsStringAsync(token) == "Healthy" ? Name : null;
            },
            cancellationToken
        );
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, as an orchestrator sends it.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>SIGSTOP: it lives and does nothing.</summary>
    public void Suspend() => Signal("STOP");

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signal("CONT");

    /// <summary>The exit code.</summary>
    /// <exception cref="TimeoutException">It has not ended within that time.</exception>
    public async Task<int> ExitAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(within, cancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _log.Enqueue(line);
        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
        {
            _address.TrySetResult(new Uri(line[(at + Listening.Length)..].Trim()));
        }
    }
}
