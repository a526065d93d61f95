using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using SsFer.LocalServers;
using SsFer.Testing;

namespace SsFer.AppHost.Tests;

/// <summary>The app host as <c>dotnet run</c> starts it: a process of its own.</summary>
internal sealed partial class AppHostProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    /// <param name="arguments">Of its command line.</param>
    public AppHostProcess(params IEnumerable<string> arguments)
        : this([], arguments) { }

    /// <param name="environment">Over that of the tests.</param>
    /// <param name="arguments">Of its command line.</param>
    public AppHostProcess(IEnumerable<(string Name, string Value)> environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltService.PathOf("SsFer.AppHost"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ForgetCaller();
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        start.Environment["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://127.0.0.1:0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Address of the dashboard that needs no login, once it is told.</summary>
    public async Task<Uri> DashboardAsync()
    {
        var told = Match.Empty;
        await Waits.UntilAsync("the app host tells of its dashboard", _ =>
        {
            Assert.False(HasExited, Output);
            told = LoginAddress().Match(Output);
            return Task.FromResult(told.Success);
        });
        return new Uri(told.Value);
    }

    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: no handler runs. What it started is not killed here.</summary>
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

    [GeneratedRegex(@"http://\S+/login\?t=\w+")]
    private static partial Regex LoginAddress();

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }
}
