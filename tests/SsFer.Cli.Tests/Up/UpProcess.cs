using System.Globalization;
using System.Runtime.InteropServices;
using SsFer.LocalServers;

namespace SsFer.Cli.Tests.Up;

/// <summary><c>ssfer up</c> on a free port, answering, and a client that asks it.</summary>
internal sealed class UpProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4),
        Pause = TimeSpan.FromMilliseconds(100);
    private readonly SsferProcess _process;

    private UpProcess(string directory, int port, IEnumerable<string> options)
    {
        Client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        _process = SsferProcess.Start(directory, ["up", "--port", port.ToString(CultureInfo.InvariantCulture), .. options]);
    }

    /// <summary>Its base address is the system's.</summary>
    public HttpClient Client { get; }

    /// <summary>Skips the test where the process could not be told to stop.</summary>
    public static async Task<UpProcess> StartAsync(string directory, params IEnumerable<string> options)
    {
        SsferProcess.SkipWhereItCannotBeSent(PosixSignal.SIGTERM);
        var up = new UpProcess(directory, FreePort.Next(), options);
        try
        {
            await up.UntilAsync("it is alive", async token => (await up.Client.GetAsync("/alive", token)).IsSuccessStatusCode ? up : null);
            return up;
        }
        catch
        {
            up.Dispose();
            throw;
        }
    }

    /// <summary>Asks until there is an answer; a refused connection is none yet.</summary>
    /// <param name="what">For the message: what is awaited.</param>
    /// <param name="ask">Null means not yet.</param>
    public async Task<T> UntilAsync<T>(string what, Func<CancellationToken, Task<T?>> ask)
        where T : class
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (true)
            {
                if (_process.HasExited)
                {
                    Assert.Fail($"it ended before {what}: {(await _process.WaitAsync()).Error}");
                }

                if (await AskAsync(ask, patience.Token) is { } answer)
                {
                    return answer;
                }

                await Task.Delay(Pause, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"waited {Patience.TotalMinutes} minutes in vain until {what}");
        }
    }

    /// <summary>Tells it to stop, as an operator would, and waits until it has.</summary>
    public Task<SsferResult> StopAsync()
    {
        _process.Send(PosixSignal.SIGTERM);
        return _process.WaitAsync();
    }

    public void Dispose()
    {
        Client.Dispose();
        _process.Dispose();
    }

    private static async Task<T?> AskAsync<T>(Func<CancellationToken, Task<T?>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ask(cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
