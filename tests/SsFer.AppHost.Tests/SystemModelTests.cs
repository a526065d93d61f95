using Aspire.Hosting.ApplicationModel;
using SsFer.Contracts;
using SsFer.Testing;

namespace SsFer.AppHost.Tests;

public sealed class SystemModelTests
{
    private static readonly string[] Services =
    [
        ResourceNames.FaceDetection,
        ResourceNames.Pretraining,
        ResourceNames.FineTuning,
        ResourceNames.EmaTeacher,
        ResourceNames.Evaluation,
        ResourceNames.Inference,
        ResourceNames.Console,
    ];

    public static TheoryData<string> AllServices => [.. Services];

    public static TheoryData<string> Trainers =>
        [ResourceNames.Pretraining, ResourceNames.FineTuning, ResourceNames.EmaTeacher, ResourceNames.Evaluation];

    [Fact]
    public async Task System_AsDescribed_HasEveryServiceOnce()
    {
        await using var system = await SystemModel.CreateAsync();

        Assert.Equal(Services.Order(StringComparer.Ordinal), system.Projects.Select(project => project.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>One that is never answered would keep a healthy service from being taken for one.</summary>
    [Fact]
    public async Task Checks_OfHealth_AllHaveAnEnd()
    {
        await using var system = await SystemModel.CreateAsync();

        var longest = system.LongestChecks().ToList();

        Assert.True(longest.Count >= Services.Length, $"{longest.Count} checks");
        Assert.All(longest, each => Assert.InRange(each, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task EveryStageKind_HasAService()
    {
        await using var system = await SystemModel.CreateAsync();

        Assert.All(Enum.GetValues<StageKind>(), kind => Assert.NotNull(system.Project(ResourceNames.ServiceOf(kind))));
    }

    [Theory]
    [MemberData(nameof(AllServices))]
    public async Task Service_IsGivenBrokerAndBlobs(string service)
    {
        await using var system = await SystemModel.CreateAsync();

        var environment = await system.EnvironmentOf(service);

        Assert.Equal("{messaging.connectionString}", environment["ConnectionStrings__messaging"]);
        Assert.Equal("{blobs.connectionString}", environment["ConnectionStrings__blobs"]);
    }

    [Theory]
    [MemberData(nameof(AllServices))]
    public async Task Service_WaitsForBrokerAndBlobs(string service)
    {
        await using var system = await SystemModel.CreateAsync();

        var awaited = system.Project(service).Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).ToHashSet();

        Assert.Contains(ResourceNames.Messaging, awaited);
        Assert.Contains(ResourceNames.Blobs, awaited);
    }

    [Theory]
    [MemberData(nameof(AllServices))]
    public async Task Service_IsWatchedByItsHealth(string service)
    {
        await using var system = await SystemModel.CreateAsync();

        Assert.NotEmpty(system.Project(service).Annotations.OfType<HealthCheckAnnotation>());
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public async Task Trainer_WithoutSettings_RunsOnceAndChoosesItsDevice(string trainer)
    {
        await using var system = await SystemModel.CreateAsync();

        var environment = await system.EnvironmentOf(trainer);

        Assert.Equal(1, system.Project(trainer).GetReplicaCount());
        Assert.Equal("auto", environment["Compute__Device"]);
        Assert.Equal("auto", environment["Compute__Precision"]);
    }

    [Fact]
    public async Task Trainer_WithSettings_HasReplicasAndDevice()
    {
        await using var system = await SystemModel.CreateAsync(
            "--Services:pretraining:Replicas=3",
            "--Services:pretraining:Device=cuda",
            "--Compute:Precision=bf16"
        );

        var pretraining = await system.EnvironmentOf(ResourceNames.Pretraining);
        var fineTuning = await system.EnvironmentOf(ResourceNames.FineTuning);

        Assert.Equal(3, system.Project(ResourceNames.Pretraining).GetReplicaCount());
        Assert.Equal(1, system.Project(ResourceNames.FineTuning).GetReplicaCount());
        Assert.Equal("cuda", pretraining["Compute__Device"]);
        Assert.Equal("auto", fineTuning["Compute__Device"]);
        Assert.Equal("bf16", pretraining["Compute__Precision"]);
        Assert.Equal("bf16", fineTuning["Compute__Precision"]);
    }

    [Fact]
    public async Task Trainer_WithDevices_RunsOnceOnEach()
    {
        await using var system = await SystemModel.CreateAsync("--Services:pretraining:Devices=cuda:0,cuda:1");

        var (first, second) = (await system.EnvironmentOf("pretraining"), await system.EnvironmentOf("pretraining-2"));

        Assert.Equal(("cuda:0", "cuda:1"), (first["Compute__Device"], second["Compute__Device"]));
        Assert.Equal(
            (1, 1, Services.Length + 1),
            (system.Project("pretraining").GetReplicaCount(), system.Project("pretraining-2").GetReplicaCount(), system.Projects.Count())
        );
    }

    /// <summary>In Production the endpoint wants a purpose and keys, which nobody has on a machine of one's own.</summary>
    [Theory]
    [InlineData("Development")]
    [InlineData("Staging", "--environment=Staging")]
    public async Task Services_OnThisMachine_RunInDevelopmentUnlessAnotherEnvironmentIsNamed(string expected, params string[] settings)
    {
        await using var system = await SystemModel.CreateAsync(settings);

        Assert.Equal(expected, (await system.EnvironmentOf(ResourceNames.Inference))["ASPNETCORE_ENVIRONMENT"]);
    }

    [Fact]
    public async Task Servers_InContainers_KeepTheirData()
    {
        await using var system = await SystemModel.CreateAsync();

        Assert.All([system.Resource(ResourceNames.Messaging), system.Resource(ResourceNames.Blobs)], server =>
        {
            Assert.NotEmpty(server.Annotations.OfType<ContainerImageAnnotation>());
            Assert.Contains(server.Annotations.OfType<ContainerMountAnnotation>(), mount =>
                mount.Type == ContainerMountType.Volume && mount.Source == $"ssfer-{server.Name}"
            );
        });
        Assert.Contains(system.Resource(ResourceNames.Messaging).Annotations.OfType<EndpointAnnotation>(), endpoint =>
            endpoint.Name == "management"
        );
    }

    [Fact]
    public async Task Servers_OfThisMachine_AreProgramsWithTheirDataInTheNamedFolder()
    {
        Assert.SkipUnless(RabbitMqServer.IsInstalled, RabbitMqServer.Needed);
        Assert.SkipUnless(AzuriteServer.IsInstalled, AzuriteServer.Needed);
        using var data = new TemporaryFolder();
        string[] settings = ["--Servers:Containers=false", $"--Servers:Data={data.Path}"];
        await using var system = await SystemModel.CreateAsAskedAsync(settings);

        Assert.All([ResourceNames.Messaging, ResourceNames.Blobs], name =>
        {
            var server = Assert.IsType<ExecutableResource>(system.Resource(name), exactMatch: false);
            Assert.Equal(Path.Combine(data.Path, name), server.WorkingDirectory);
            Assert.NotEmpty(server.Annotations.OfType<HealthCheckAnnotation>());
        });
        Assert.StartsWith(
            "amqp://guest:guest@127.0.0.1:",
            await system.ConnectionStringOf(ResourceNames.Messaging),
            StringComparison.Ordinal
        );
        Assert.Contains("BlobEndpoint=http://127.0.0.1:", await system.ConnectionStringOf(ResourceNames.Blobs), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ResourceNames.Console)]
    [InlineData(ResourceNames.Inference)]
    [InlineData(ResourceNames.Pretraining)]
    public async Task Endpoints_AreOpenedToTheOutsideOnlyWhereAskedFor(string service)
    {
        await using var closed = await SystemModel.CreateAsync();
        await using var opened = await SystemModel.CreateAsync($"--Services:{service}:External=true");

        Assert.DoesNotContain(closed.Project(service).Annotations.OfType<EndpointAnnotation>(), endpoint => endpoint.IsExternal);
        Assert.Contains(opened.Project(service).Annotations.OfType<EndpointAnnotation>(), endpoint => endpoint.IsExternal);
    }
}
