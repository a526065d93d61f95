using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SsFer.Contracts;
using SsFer.Testing.Browsers;

namespace SsFer.AppHost.Tests;

/// <summary>The system as its app host starts it, broker and blob service as programs of this machine.</summary>
internal sealed class RunningSystem
{
    private RunningSystem(DistributedApplication application, HttpClient console, HttpClient endpoint) =>
        (Application, Console, Endpoint) = (application, console, endpoint);

    public DistributedApplication Application { get; }

    public HttpClient Console { get; }

    public HttpClient Endpoint { get; }

    /// <summary>Broker, blob service and the seven services.</summary>
    public IReadOnlyList<IResource> Resources => ResourcesOf(Application);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts it, waits until all is healthy, and ends it after <paramref name="use"/>, if that has not.</summary>
    /// <param name="arguments">Of the app host.</param>
    /// <param name="environment">Over what it tells its services.</param>
    /// <param name="use">Where that fails, the log of each resource is kept (<see cref="KeptFiles"/>).</param>
    public static async Task UseAsync(
        IReadOnlyList<string> arguments,
        IEnumerable<(string Key, string Value)> environment,
        Func<RunningSystem, Task> use
    )
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SsFer_AppHost>([.. arguments], Token);
        builder.Services.AddLogging(logging => logging.ClearProviders()); // thousands of lines; see KeepLogsAsync
        foreach (var service in builder.Resources.OfType<ProjectResource>())
        {
            service.Annotations.Add(
                new EnvironmentCallbackAnnotation(context =>
                {
                    foreach (var (key, value) in environment)
                    {
                        context.EnvironmentVariables[key] = value;
                    }
                })
            );
        }

        await using var application = await builder.BuildAsync(Token);
        try
        {
            await application.StartAsync(Token);
            await UntilHealthyAsync(application);
            using var console = application.CreateHttpClient(ResourceNames.Console, "http");
            using var endpoint = application.CreateHttpClient(ResourceNames.Inference, "http");
            await use(new RunningSystem(application, console, endpoint));
        }
        catch
        {
            await KeepLogsAsync(application);
            throw;
        }
    }

    public Task UntilHealthyAsync() => UntilHealthyAsync(Application);

    private static List<IResource> ResourcesOf(DistributedApplication application) =>
        [
            .. application
                .Services.GetRequiredService<DistributedApplicationModel>()
                .Resources.Where(resource => resource is ProjectResource or IResourceWithConnectionString),
        ];

    private static async Task UntilHealthyAsync(DistributedApplication application)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Waits.Patience);
        var awaited = ResourcesOf(application);
        Assert.Equal(9, awaited.Count);
        await Task.WhenAll(
            awaited.Select(resource =>
                application.ResourceNotifications.WaitForResourceHealthyAsync(
                    resource.Name,
                    WaitBehavior.StopOnResourceUnavailable,
                    patience.Token
                )
            )
        );
    }

    /// <summary>All that each resource wrote, and what happened to it.</summary>
    private static async Task KeepLogsAsync(DistributedApplication application)
    {
        var logs = application.Services.GetRequiredService<ResourceLoggerService>();
        foreach (var resource in application.Services.GetRequiredService<DistributedApplicationModel>().Resources)
        {
            await using var file = File.CreateText(KeptFiles.PathOf($"{resource.Name}.log"));
            await foreach (var batch in logs.GetAllAsync(resource))
            {
                foreach (var line in batch)
                {
                    await file.WriteLineAsync(line.Content);
                }
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"what {resource.Name} wrote: {((FileStream)file.BaseStream).Name}");
        }
    }
}
