using System.Diagnostics;

namespace SsFer.Testing;

/// <summary>The endpoint by itself, with the built-in model, in a process of its own.</summary>
public sealed class InferenceProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private InferenceProcess(Process process, Uri address, TimeSpan start) => (_process, Address, Start) = (process, address, start);

    public Uri Address { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan Start { get; }

    /// <summary>Processor time since it started.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it with neither a store nor a broker.</summary>
    /// <param name="ask">The first request, which may have to be made again until the model is there; true is an answer.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<InferenceProcess> StartAsync(
        Func<Uri, CancellationToken, Task<bool?>> ask,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(ask);
        var program = Path.Combine(AppContext.BaseDirectory, "SsFer.Inference.dll"); // of a project that refers to it
        var start = new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true };
        start.ForgetCaller();
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Inference__MaxCallerShare"] = "1"; // all clients come from one address
        var began = Stopwatch.GetTimestamp();
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        try
        {
            var address = await ListeningAsync(process, cancellationToken);
            while (await ask(address, cancellationToken) is not true)
            {
                await Task.Delay(5, cancellationToken);
            }

            var took = Stopwatch.GetElapsedTime(began);
            _ = DrainAsync(process, cancellationToken);
            return new InferenceProcess(process, address, took);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<Uri> ListeningAsync(Process process, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                return new Uri(line[(at + Listening.Length)..].Trim());
            }
        }

        throw new InvalidOperationException("the endpoint ended before it listened");
    }

    /// <summary>A pipe that nobody reads would stop the service once it is full.</summary>
    private static async Task DrainAsync(Process process, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is not null) { }
    }
}
