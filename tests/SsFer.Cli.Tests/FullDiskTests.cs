using System.Diagnostics;

namespace SsFer.Cli.Tests;

public sealed class FullDiskTests : IDisposable
{
    private readonly Material _material = new();
    private string? _mounted;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Import_FullDisk_FailsAndHarmsNothingThatWasThere()
    {
        var store = MountSmall();
        _material.Write("few/1.png", Material.Png(1));
        _material.Write("few/2.png", Material.Png(2));
        for (var i = 0; i < 12; i++)
        {
            _material.Write($"many/{i}.png", Material.NoisePng(i, 256));
        }

        (await RunAsync("data", "import", "faces", "few", "--name", "few", "--store", store)).AssertDone();

        var import = await RunAsync("data", "import", "faces", "many", "--name", "many", "--store", store);
        var list = await RunAsync("data", "list", "--store", store, "--json");
        var show = await RunAsync("data", "show", "few", "--store", store, "--contact-sheet", "few.png");

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("error: no space left", import.Error, StringComparison.Ordinal);
        Assert.Contains("--store", import.Error, StringComparison.Ordinal);
        list.AssertDone();
        Assert.Equal("few", Assert.Single(list.Json.EnumerateArray()).GetProperty("name").GetString());
        show.AssertDone();
    }

    public void Dispose()
    {
        if (_mounted is not null)
        {
            Command("umount", _mounted);
        }

        _material.Dispose();
    }

    /// <summary>A file system of one mebibyte.</summary>
    private string MountSmall()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root can mount a small file system to fill");
        var path = Directory.CreateDirectory(Path.Combine(_material.Root, "small")).FullName;
        Assert.SkipUnless(Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path) == 0, "mounting is not allowed here");
        _mounted = path;
        return path;
    }

    private static int Command(string name, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferShell.RunAsync(_material.Root, arguments);
}
