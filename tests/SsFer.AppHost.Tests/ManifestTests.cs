namespace SsFer.AppHost.Tests;

/// <summary>What is published is approved as a file, so that a changed system shows in review.</summary>
[Trait("Category", "Slow")]
public sealed class ManifestTests
{
    private static readonly string Approved = Path.Combine(AppContext.BaseDirectory, "Golden", "manifest.json");

    [Fact]
    public async Task Manifest_IsTheApprovedOne()
    {
        // Beside the build's output, so that the paths in it are the same on any machine.
        var folder = Path.Combine(AppContext.BaseDirectory, "manifest");
        var written = Path.Combine(folder, "manifest.json");
        Directory.CreateDirectory(folder);
        File.Delete(written);

        using var host = new AppHostProcess("--operation", "publish", "--step", "publish-manifest", "--output-path", written);

        Assert.True(await host.ExitAsync(TestContext.Current.CancellationToken) == 0, host.Output);
        var manifest = await File.ReadAllTextAsync(written, TestContext.Current.CancellationToken);
        Assert.True(
            await File.ReadAllTextAsync(Approved, TestContext.Current.CancellationToken) == manifest,
            $"the system is published differently; where that is meant: cp {written} tests/SsFer.AppHost.Tests/Golden/manifest.json"
        );
    }
}
