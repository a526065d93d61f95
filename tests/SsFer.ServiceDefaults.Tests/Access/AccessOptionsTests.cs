using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SsFer.ServiceDefaults.Access;

namespace SsFer.ServiceDefaults.Tests.Access;

public sealed class AccessOptionsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssfer-access-");

    [Theory]
    [InlineData("Access:RequireKeys", "false", "Access:RequireKeys is false in the Production environment: remove it")]
    [InlineData("Access:LookInterval", "01:00:00", "LookInterval")]
    [InlineData("Access:RequestsPerMinute", "0", "RequestsPerMinute")]
    public async Task Start_OfAServiceForCallers_WithWhatCannotBe_IsRefusedInOneLine(string key, string value, string expected)
    {
        await using var app = App(forCallers: true, key, value);

        Assert.Contains(expected, Assert.Single(app.ConfigurationFaults()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OfAServiceThatIsNotForCallers_NeedsNoKeys()
    {
        await using var app = App(forCallers: false, "Access:RequireKeys", "false");

        Assert.Empty(app.ConfigurationFaults());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private WebApplication App(bool forCallers, string key, string value)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:blobs"] = $"folder:{_folder.FullName}",
                ["urls"] = "http://127.0.0.1:0",
                [key] = value,
            }
        );
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.AddServiceDefaults();
        builder.AddApiKeys(forCallers);
        return builder.Build();
    }
}
