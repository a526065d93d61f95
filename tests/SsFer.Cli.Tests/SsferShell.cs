using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using SsFer.Cli.Shell;

namespace SsFer.Cli.Tests;

/// <summary>
/// The real program, command line after command line in one process; there are as many such processes as tests that run side by side. They
/// end with the tests, when their input does. For what a process of its own shows, such as signals and variables, see
/// <see cref="SsferProcess"/>.
/// </summary>
internal sealed class SsferShell
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentBag<SsferShell> Idle = [];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private SsferShell()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", Path.Combine(AppContext.BaseDirectory, "SsFer.Cli.Shell.dll") },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? ""); // by native libraries alone
        _process.BeginErrorReadLine();
    }

    /// <summary>Does <c>ssfer</c> with these arguments in <paramref name="directory"/>, which also takes its temporary files.</summary>
    public static async Task<SsferResult> RunAsync(string directory, params IEnumerable<string> arguments)
    {
        var shell = Idle.TryTake(out var idle) ? idle : new SsferShell();
        var outcome = await shell.DoAsync(new CommandLine(directory, [.. arguments]));
        Idle.Add(shell);
        return new SsferResult(outcome.ExitCode, outcome.Output, outcome.Error);
    }

    private async Task<CommandOutcome> DoAsync(CommandLine command)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command).AsMemory(), patience.Token);
            await _process.StandardInput.FlushAsync(patience.Token);
            var line = await _process.StandardOutput.ReadLineAsync(patience.Token);
            return JsonSerializer.Deserialize<CommandOutcome>(
                line
                    ?? throw new InvalidOperationException(
                        $"ssfer {string.Join(' ', command.Arguments)}: the process died\n{string.Join('\n', _said)}"
                    )
            )!;
        }
        catch
        {
            _process.Kill(entireProcessTree: true); // nobody knows how far it is
            throw;
        }
    }
}
