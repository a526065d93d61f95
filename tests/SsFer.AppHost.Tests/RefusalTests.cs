namespace SsFer.AppHost.Tests;

/// <summary>What keeps the system from starting is said in one line, before anything is started.</summary>
[Trait("Category", "Slow")]
public sealed class RefusalTests
{
    [Theory]
    [InlineData("SSFER_RABBITMQ_SERVER", "broker: start Docker or Podman, or apt-get install rabbitmq-server")]
    [InlineData("SSFER_AZURITE", "blob service: start Docker or Podman, or npm install")]
    public async Task Start_ServerMissing_SaysWhatToInstall(string variable, string cure)
    {
        Assert.SkipUnless(Testing.RabbitMqServer.IsInstalled, Testing.RabbitMqServer.Needed);
        Assert.SkipUnless(Testing.AzuriteServer.IsInstalled, Testing.AzuriteServer.Needed);
        using var data = new TemporaryFolder();
        using var host = new AppHostProcess([(variable, "/nowhere")], ["--Servers:Containers=false", $"--Servers:Data={data.Path}"]);

        Assert.Equal(2, await host.ExitAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("error: no container engine answers and this machine has no " + cure, host.Output, StringComparison.Ordinal);
        Assert.Single(host.Output.Trim().Split('\n'));
    }

    [Fact]
    public async Task Start_FolderThatAnotherHolds_SaysSoInOneLine()
    {
        Assert.SkipUnless(Testing.RabbitMqServer.IsInstalled, Testing.RabbitMqServer.Needed);
        Assert.SkipUnless(Testing.AzuriteServer.IsInstalled, Testing.AzuriteServer.Needed);
        using var data = new TemporaryFolder();
        await using var first = await SystemModel.CreateAsAskedAsync("--Servers:Containers=false", $"--Servers:Data={data.Path}");

        using var second = new AppHostProcess("--Servers:Containers=false", $"--Servers:Data={data.Path}");

        Assert.Equal(2, await second.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Equal($"error: another app host uses {data.Path}: stop it, or name another folder (Servers:Data)", second.Output.Trim());
    }
}
