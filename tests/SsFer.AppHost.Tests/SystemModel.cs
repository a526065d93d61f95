using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace SsFer.AppHost.Tests;

/// <summary>The system as the app host describes it: built, never started.</summary>
internal sealed class SystemModel(IDistributedApplicationTestingBuilder builder) : IAsyncDisposable
{
    /// <summary>With broker and blob service in containers, for which nothing has to be installed as long as nothing is started.</summary>
    /// <param name="settings">Configuration as on the app host's command line: --KEY=VALUE.</param>
    public static Task<SystemModel> CreateAsync(params string[] settings) => CreateAsAskedAsync(["--Servers:Containers=true", .. settings]);

    /// <param name="settings">All that it is told.</param>
    public static async Task<SystemModel> CreateAsAskedAsync(params string[] settings) =>
        new(
            await DistributedApplicationTestingBuilder.CreateAsync<Projects.SsFer_AppHost>(settings, TestContext.Current.CancellationToken)
        );

    public IEnumerable<ProjectResource> Projects => builder.Resources.OfType<ProjectResource>();

    public IResource Resource(string name) => builder.Resources.Single(resource => resource.Name == name);

    public ProjectResource Project(string name) => (ProjectResource)Resource(name);

    /// <summary>What services are told of a server.</summary>
    public Task<string?> ConnectionStringOf(string server) =>
        ((IResourceWithConnectionString)Resource(server)).GetConnectionStringAsync(TestContext.Current.CancellationToken).AsTask();

    /// <summary>
    /// What the process of a project receives; a reference shows as the manifest's expression, such as
    /// <c>{messaging.connectionString}</c>.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>> EnvironmentOf(string project)
    {
        var configuration = await ExecutionConfigurationBuilder
            .Create(Project(project))
            .WithEnvironmentVariablesConfig()
            .BuildAsync(
                new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish),
                NullLogger.Instance,
                TestContext.Current.CancellationToken
            );
        return configuration.EnvironmentVariables.ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>How long each check of health may take.</summary>
    public IEnumerable<TimeSpan> LongestChecks()
    {
        using var services = builder.Services.BuildServiceProvider();
        return [.. services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(check => check.Timeout)];
    }

    public ValueTask DisposeAsync() => builder.DisposeAsync();
}
