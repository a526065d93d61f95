using System.CommandLine;
using System.Net;
using SsFer.Cli.Commands.Training;
using SsFer.Cli.Terminal;
using SsFer.Recipes;
using SsFer.ServiceDefaults;

namespace SsFer.Cli.Commands.Up;

/// <summary><c>ssfer up</c>: the whole system in this process, over a folder and an in-process bus.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port")
        {
            Description = "Where console and endpoint listen, on localhost",
            DefaultValueFactory = _ => 5200,
        };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > IPEndPoint.MaxPort)
            {
                result.AddError($"--port must be from 0 (any free one) to {IPEndPoint.MaxPort}");
            }
        });
        return new Command("up", "All services in this process, over the store's folder: console and endpoint on localhost, until Ctrl-C")
        {
            port,
            TrainingOptions.Device,
        }.Does(
            async (session, arguments, cancellationToken) =>
            {
                session.Store.RequireWritable();
                await using var system = LocalSystem.Build(
                    session.Store.Root,
                    arguments.GetValue(port),
                    arguments.GetValue(TrainingOptions.Device)!
                );
                if (system.ConfigurationFaults() is [var fault, ..])
                {
                    throw new UsageException(fault);
                }

                await system.StartAsync(cancellationToken);
                var address = system.Urls.First();
                session.Terminal.Say($"console: {address} (described by {address}/api/openapi/console.json)");
                session.Terminal.Say($"endpoint: POST {address}/v1/expressions");
                session.Terminal.Say("Ctrl-C stops; a running stage writes its checkpoint first");
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, system.Lifetime.ApplicationStopping);
                await WaitAsync(stop.Token);
                // By the time the signal has come the host stops by its own signal handling; stages checkpoint within its shutdown timeout.
                await system.StopAsync(CancellationToken.None);
                if (Environment.ExitCode != 0)
                {
                    throw new UpFailedException();
                }
            }
        );
    }

    private static async Task WaitAsync(CancellationToken cancellationToken)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = cancellationToken.Register(() => stop.TrySetResult());
        await stop.Task;
    }
}

/// <summary>A service has given up, and has said why in the log.</summary>
internal sealed class UpFailedException() : UserFacingException("a service gave up, see above: start ssfer up again, and it goes on");
