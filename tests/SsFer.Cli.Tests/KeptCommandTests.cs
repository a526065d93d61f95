using SsFer.Artifacts.Kept;
using SsFer.Artifacts.Storage;

namespace SsFer.Cli.Tests;

public sealed class KeptCommandTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly Material _material = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private KeptPictureStore Store => new(new FolderArtifactStore(Path.Combine(_material.Root, ".ssfer")));

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Kept_ExportedLabelledAndImported_BecomesADatasetAndIsErased()
    {
        var pictures = new List<KeptPicture>();
        for (var day = 0; day < 4; day++)
        {
            pictures.Add(await KeepAsync(Noon.AddDays(day), shade: (byte)(40 * day)));
        }

        var listed = await SsferShell.RunAsync(_material.Root, ["kept", "list", "--json"]);
        var exported = await SsferShell.RunAsync(_material.Root, ["kept", "export", "unsure"]);

        listed.AssertDone();
        Assert.Equal(
            pictures.Select(picture => picture.Id),
            listed.Json.EnumerateArray().Select(each => each.GetProperty("id").GetString())
        );
        exported.AssertDone();
        Assert.Contains("exported 4 pictures and unsure", exported.Output, StringComparison.Ordinal);
        var table = Path.Combine(_material.Root, "unsure", "kept.csv");
        var lines = await File.ReadAllLinesAsync(table, Token);
        Assert.Equal(
            ["image,expression,left,top,right,bottom,answered,probability,model", $"{pictures[0].Id}.png,,8,8,56,56,sadness,0.4,m"],
            lines.Take(2)
        );
        (await SsferShell.RunAsync(_material.Root, ["kept", "export", "unsure"])).AssertFailed(2, "exists and may hold labels");

        await File.WriteAllLinesAsync(
            table,
            lines.Select(
                (line, i) => i == 0 ? line : line.Replace(".png,,", i % 2 == 0 ? ".png,fear," : ".png,anger,", StringComparison.Ordinal)
            ),
            Token
        );
        var import = exported.Error.Split("ssfer ")[^1].Trim().Replace("NAME", "seen", StringComparison.Ordinal);
        (await SsferShell.RunAsync(_material.Root, import.Split(' '))).AssertDone();
        var shown = await SsferShell.RunAsync(_material.Root, ["data", "show", "seen", "--json"]);
        var counts = shown.Json.GetProperty("versions")[0].GetProperty("counts").GetProperty("train");
        Assert.Equal((2, 2), (counts.GetProperty("fear").GetInt32(), counts.GetProperty("anger").GetInt32()));

        (await SsferShell.RunAsync(_material.Root, ["kept", "erase", pictures[3].Id])).AssertDone();
        (await SsferShell.RunAsync(_material.Root, ["kept", "erase", "--before", "2026-12-02"])).AssertDone();
        Assert.Equal([pictures[2].Id], (await Store.ListAsync(Token).ToListAsync(Token)).Select(picture => picture.Id));
        (await SsferShell.RunAsync(_material.Root, ["kept", "erase", "--all"])).AssertDone();
        Assert.Empty(await Store.ListAsync(Token).ToListAsync(Token));
    }

    [Theory]
    [InlineData(1, "no picture is kept as '20261130-00': ssfer kept list shows what there is", "20261130-00")]
    [InlineData(2, "what is to be erased is not clear: name pictures, or give --before DAY, or --all")]
    [InlineData(2, "what is to be erased is not clear: name pictures, or give --before DAY, or --all", "20261130-00", "--all")]
    [InlineData(2, "--before", "--before", "yesterday")]
    public async Task Erase_OfWhatCannotBe_IsRefused(int exitCode, string word, params string[] arguments) =>
        (await SsferShell.RunAsync(_material.Root, ["kept", "erase", .. arguments])).AssertFailed(exitCode, word);

    public void Dispose() => _material.Dispose();

    private async Task<KeptPicture> KeepAsync(DateTimeOffset now, byte shade)
    {
        const int Side = 64;
        var picture = new KeptPicture
        {
            Id = KeptPicture.NewId(now),
            Kept = now,
            Format = "png",
            Model = "m",
            Digest = "00",
            Faces = [new KeptFace([8, 8, 56, 56], new Dictionary<string, float> { ["sadness"] = 0.4f, ["anger"] = 0.3f })],
        };
        byte[] pixels = [.. Enumerable.Repeat(shade, Side * Side * 3)];
        await Store.AddAsync(picture, new Faces.Imaging.Picture(Side, Side, pixels).EncodePng(), Token);
        return picture;
    }
}
