using Aspire.Hosting.ApplicationModel;
using SsFer.Contracts;

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
    public async Task Broker_KeepsItsDataAndShowsItsManagement()
    {
        await using var system = await SystemModel.CreateAsync();

        var broker = system.Resource(ResourceNames.Messaging);

        Assert.Contains(broker.Annotations.OfType<ContainerMountAnnotation>(), mount => mount.Type == ContainerMountType.Volume);
        Assert.Contains(broker.Annotations.OfType<EndpointAnnotation>(), endpoint => endpoint.Name == "management");
    }

    [Fact]
    public async Task Storage_IsAnEmulatorThatKeepsItsData()
    {
        await using var system = await SystemModel.CreateAsync();

        var storage = system.Resource(ResourceNames.Storage);

        Assert.NotEmpty(storage.Annotations.OfType<ContainerImageAnnotation>());
        Assert.Contains(storage.Annotations.OfType<ContainerMountAnnotation>(), mount => mount.Type == ContainerMountType.Volume);
    }

    [Theory]
    [InlineData(ResourceNames.Console, true)]
    [InlineData(ResourceNames.Inference, true)]
    [InlineData(ResourceNames.Pretraining, false)]
    [InlineData(ResourceNames.FaceDetection, false)]
    public async Task Endpoints_AreExternalOnlyWherePeopleAndProgramsTalk(string service, bool external)
    {
        await using var system = await SystemModel.CreateAsync();

        Assert.Equal(external, system.Project(service).Annotations.OfType<EndpointAnnotation>().Any(endpoint => endpoint.IsExternal));
    }
}
