using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using SsFer.Faces.Imaging;

namespace SsFer.Cli.Tests;

[Trait("Category", "Slow")]
public sealed partial class DataKillAndResumeTests : IDisposable
{
    private const int Pictures = 12_400; // three full shards and a rest
    private const int Side = 8; // that of the faces: resizing is no part of this
    private readonly Material _material = new();

    [Fact]
    public async Task ImportAndPrepare_KilledAtRandomMoments_SayWhereTheyResumeAndGiveTheVersionOfAnUndisturbedRun()
    {
        WriteZip();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        foreach (
            var command in (string[][])
                [
                    ["data", "import", "faces", "many.zip", "--name", "many"],
                    ["data", "prepare", "many", "--size", $"{Side}", "--detector", "none"],
                ]
        )
        {
            var calm = await RunAsync("calm", command);
            calm.AssertDone();

            Assert.Empty(Drafts());
            for (var kill = 1; kill <= 2; kill++)
            {
                await KillAfterShardAsync(kill, TimeSpan.FromMilliseconds(random.Next(0, 250)), command);
            }

            var resumed = await RunAsync("killed", command);

            resumed.AssertDone();
            Assert.Equal(calm.Json.GetProperty("version").GetString(), resumed.Json.GetProperty("version").GetString());
            var resumes = Resumes().Match(resumed.Error);
            Assert.True(resumes.Success, $"random seed {seed}: {resumed.Error}");
            Assert.InRange(
                int.Parse(resumes.Groups["at"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture),
                2 * 4096,
                Pictures
            );
            Assert.Equal("12,400", resumes.Groups["of"].Value);
            Assert.Empty(Drafts());
            Assert.DoesNotContain("resumes", calm.Error, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _material.Dispose();

    private string[] Drafts()
    {
        var folder = Path.Combine(_material.Root, "killed", "datasets", "many", "drafts");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "seal-*.json", SearchOption.AllDirectories) : [];
    }

    private Task<SsferResult> RunAsync(string store, string[] command) =>
        SsferShell.RunAsync(_material.Root, ["--store", store, .. command, "--json"]);

    private async Task KillAfterShardAsync(int shards, TimeSpan delay, string[] command)
    {
        using var process = SsferProcess.Start(_material.Root, ["--store", "killed", .. command, "--json"]);
        while (Drafts().Length < shards)
        {
            if (process.HasExited)
            {
                Assert.Fail($"it ended before shard {shards}: {(await process.WaitAsync()).Error}");
            }

            await Task.Delay(3, TestContext.Current.CancellationToken);
        }
        // At a random moment, but on a fast machine not after the next shard: behind that there is little left to be killed in.
        for (
            var began = TimeProvider.System.GetTimestamp();
            Drafts().Length == shards && TimeProvider.System.GetElapsedTime(began) < delay;

        )
        {
            await Task.Delay(3, TestContext.Current.CancellationToken);
        }

        Assert.False(process.HasExited, "it ended before it was killed");
        process.Kill();
    }

    /// <summary>Small pictures, each another; every hundredth repeats the first.</summary>
    private void WriteZip()
    {
        using var archive = ZipFile.Open(Path.Combine(_material.Root, "many.zip"), ZipArchiveMode.Create);
        for (var i = 0; i < Pictures; i++)
        {
            var number = i % 100 == 0 ? 0 : i;
            var pixels = Enumerable
                .Range(0, Side * Side * 3)
                .Select(at => (byte)(at % 3 == 0 ? number >> 7 : number * 3 + at / 7))
                .ToArray();
            using var stream = archive.CreateEntry($"{i / 100:000}/{i:00000}.png", CompressionLevel.NoCompression).Open();
            stream.Write(new Picture(Side, Side, pixels).EncodePng());
        }
    }

    [GeneratedRegex(
        @"^(import|prepare): resumes at (?<at>[\d,]+) of (?<of>[\d,]+) images$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Resumes();
}
