using System.Collections.Concurrent;
using System.Diagnostics;

namespace SsFer.Testing;

/// <summary>A server in a process of its own. Its last lines of output stand in the message when it does not come up.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int LinesKept = 200;
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3),
        StopPatience = TimeSpan.FromSeconds(30),
        Pause = TimeSpan.FromMilliseconds(50);
    private readonly string _name;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private ServerProcess(string name, ProcessStartInfo start)
    {
        _name = name;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    /// <summary>Processor time since it started.</summary>
    public TimeSpan ProcessorTime => Refreshed().TotalProcessorTime;

    /// <summary>Resident bytes.</summary>
    public long WorkingSet => Refreshed().WorkingSet64;

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="start">What to start.</param>
    /// <param name="answers">Whether it is ready; an <see cref="IOException"/> or a refused connection means not yet.</param>
    /// <param name="cancellationToken">Gives up and ends the process.</param>
    /// <exception cref="InvalidOperationException">It ended, or does not answer within three minutes.</exception>
    public static async Task<ServerProcess> StartAsync(
        string name,
        ProcessStartInfo start,
        Func<CancellationToken, Task<bool>> answers,
        CancellationToken cancellationToken
    )
    {
        var server = new ServerProcess(name, start);
        try
        {
            server._process.Start();
            server._process.BeginOutputReadLine();
            server._process.BeginErrorReadLine();
            await server.WaitAsync(answers, cancellationToken);
            return server;
        }
        catch
        {
            server.Kill();
            server.Dispose();
            throw;
        }
    }

    /// <summary>Asks it to end as an operator would (SIGTERM; on Windows there is only the hard way) and waits until it has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            Kill();
            return;
        }

        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await kill.WaitForExitAsync(cancellationToken);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StopPatience);
        await _process.WaitForExitAsync(patience.Token);
    }

    /// <summary>Ends it without a word, and what it started.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private Process Refreshed()
    {
        _process.Refresh();
        return _process;
    }

    private async Task WaitAsync(Func<CancellationToken, Task<bool>> answers, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StartPatience);
        try
        {
            while (!await AnswersAsync(answers, patience.Token))
            {
                if (_process.HasExited)
                {
                    await _process.WaitForExitAsync(patience.Token); // and until its output is read
                    throw new InvalidOperationException(
                        $"{_name} ended at once, exit code {_process.ExitCode}: {string.Join('\n', _lines)}"
                    );
                }

                await Task.Delay(Pause, patience.Token);
            }
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{_name} does not answer: {string.Join('\n', _lines)}", fault);
        }
    }

    private static async Task<bool> AnswersAsync(Func<CancellationToken, Task<bool>> answers, CancellationToken cancellationToken)
    {
        try
        {
            return await answers(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException or HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        if (_lines.Count > LinesKept)
        {
            _lines.TryDequeue(out _);
        }
    }
}
