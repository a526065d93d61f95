using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace SsFer.AppHost.Tests;

/// <summary>The system as the AppHost describes it: built, never started.</summary>
internal sealed class SystemModel(IDistributedApplicationTestingBuilder builder) : IAsyncDisposable
{
    /// <param name="settings">Configuration as on the AppHost's command line: KEY=VALUE.</param>
    public static async Task<SystemModel> CreateAsync(params string[] settings) =>
        new(
            await DistributedApplicationTestingBuilder.CreateAsync<Projects.SsFer_AppHost>(settings, TestContext.Current.CancellationToken)
        );

    public IEnumerable<ProjectResource> Projects => builder.Resources.OfType<ProjectResource>();

    public IResource Resource(string name) => builder.Resources.Single(resource => resource.Name == name);

    public ProjectResource Project(string name) => (ProjectResource)Resource(name);

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
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in configuration.EnvironmentVariables)
            environment[name] = value;
        return environment;
    }

    public ValueTask DisposeAsync() => builder.DisposeAsync();
}
