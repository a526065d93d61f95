using SsFer.EndToEnd.Tests.Harness;
using SsFer.LocalServers;

namespace SsFer.EndToEnd.Tests;

/// <summary>Every service says what is wrong with its configuration and ends, instead of starting half.</summary>
[Trait("Category", "Slow")]
public sealed class RefusalTests : IDisposable
{
    private const int Misconfigured = 2;
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    /// <summary>Without one the endpoint says one line more.</summary>
    private static readonly (string, string) Purpose = ("Inference:Purpose", "tests");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-refusal-");

    public static TheoryData<string> Services => [.. Service.All];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Start_ConnectionsMissing_NamesBothAndEndsWithTwo(string name)
    {
        using var service = new ServiceProcess(BuiltService.PathOf(name), [Purpose], _folder.FullName);

        Assert.Equal(Misconfigured, await service.ExitAsync(StartPatience, Token));
        Assert.Collection(
            service.Errors.Order(StringComparer.Ordinal),
            blobs => Assert.StartsWith("error: ConnectionStrings:blobs is missing: set it to", blobs, StringComparison.Ordinal),
            messaging => Assert.StartsWith("error: ConnectionStrings:messaging is missing: set it to", messaging, StringComparison.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Start_SettingsContradictEachOther_NamesThemAndEndsWithTwo(string name)
    {
        using var service = new ServiceProcess(
            BuiltService.PathOf(name),
            [
                ("ConnectionStrings:messaging", "http://127.0.0.1"),
                ("ConnectionStrings:blobs", $"folder:{_folder.FullName}"),
                Purpose,
                ("Store:FaultInjection:Enabled", "true"),
                ("Store:Resilience:AttemptTimeout", "00:01:00"),
            ],
            _folder.FullName
        );

        Assert.Equal(Misconfigured, await service.ExitAsync(StartPatience, Token));
        Assert.All(service.Errors, line => Assert.StartsWith("error: ", line, StringComparison.Ordinal));
        Assert.Contains(service.Errors, line =>
            line.Contains("ConnectionStrings:messaging is not the URI of a RabbitMQ broker", StringComparison.Ordinal)
        );
        Assert.Contains(service.Errors, line =>
            line.Contains("AttemptTimeout (00:01:00) is longer than Store:Resilience:TotalTimeout", StringComparison.Ordinal)
        );
        Assert.Contains(service.Errors, line =>
            line.Contains("Store:FaultInjection:Enabled is true in the Production environment", StringComparison.Ordinal)
        );
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
