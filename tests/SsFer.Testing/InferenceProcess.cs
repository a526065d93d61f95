using System.Diagnostics;
using SsFer.LocalServers;

namespace SsFer.Testing;

/// <summary>The endpoint by itself, with the built-in model, in a process of its own.</summary>
public sealed class InferenceProcess : IDisposable
{
    private readonly ServerProcess _process;

    private InferenceProcess(ServerProcess process, Uri address, TimeSpan start) => (_process, Address, Start) = (process, address, start);

    public Uri Address { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan Start { get; }

    /// <summary>Processor time since it started.</summary>
    public TimeSpan ProcessorTime => _process.ProcessorTime;

    /// <summary>Resident bytes.</summary>
    public long WorkingSet => _process.WorkingSet;

    /// <summary>Starts it with neither a store nor a broker.</summary>
    /// <param name="ask">The first request, which may have to be made again until the model is there; true is an answer.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="environment">Variables besides.</param>
    public static async Task<InferenceProcess> StartAsync(
        Func<Uri, CancellationToken, Task<bool?>> ask,
        CancellationToken cancellationToken,
        params IEnumerable<(string Name, string Value)> environment
    )
    {
        ArgumentNullException.ThrowIfNull(ask);
        ArgumentNullException.ThrowIfNull(environment);
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SsFer.Inference.dll")]);
        start.ForgetCaller();
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = address.AbsoluteUri;
        start.Environment["Inference__MaxCallerShare"] = "1"; // all clients come from one address
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var began = Stopwatch.GetTimestamp();
        var process = await ServerProcess.StartAsync(
            "the endpoint",
            start,
            async token => await ask(address, token) is true,
            cancellationToken
        );
        return new InferenceProcess(process, address, Stopwatch.GetElapsedTime(began));
    }

    public void Dispose() => _process.Dispose();
}
