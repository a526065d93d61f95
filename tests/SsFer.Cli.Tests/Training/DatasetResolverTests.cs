using System.Text.Json;

namespace SsFer.Cli.Tests.Training;

public sealed class DatasetResolverTests : IDisposable
{
    private readonly Material _material = new();

    [Fact]
    public async Task Train_DatasetPreparedAtAnotherSize_IsPreparedAsItWasAndSaysSo()
    {
        await ImportAsync();
        await PrepareAsync("--size", "48", "--detector", "annotated", "--margin", "0.3");
        await PrepareAsync("--size", "64", "--detector", "none", "--margin", "0.25");

        var training = await RunAsync("pretrain", "--unlabelled", "mini", "--recipe", "smoke", "--set", "Pretraining.Epochs=1");

        training.AssertDone();
        Assert.Contains("mini is not prepared at 32 pixels yet: ssfer data prepare mini --size 32 --detector none --margin 0.25, as at 64 pixels", training.Error, StringComparison.Ordinal);
        var made = Prepared((await RunAsync("data", "show", "mini", "--json")).Json, 32).GetProperty("provenance");
        Assert.Equal(("none", "0.25"), (made.GetProperty("detector").GetString(), made.GetProperty("margin").GetString()));
    }

    [Fact]
    public async Task Train_DatasetNeverPrepared_IsPreparedByDefaultSettings()
    {
        await ImportAsync();

        var training = await RunAsync("pretrain", "--unlabelled", "mini", "--recipe", "smoke", "--set", "Pretraining.Epochs=1");

        training.AssertDone();
        Assert.Matches(@"(?m)^mini is not prepared at 32 pixels yet: ssfer data prepare mini --size 32\r?$", training.Error);
        Assert.Equal("blazeface", Prepared((await RunAsync("data", "show", "mini", "--json")).Json, 32).GetProperty("provenance").GetProperty("detector").GetString());
    }

    public void Dispose() => _material.Dispose();

    private static JsonElement Prepared(JsonElement shown, int size) =>
        shown.GetProperty("versions").EnumerateArray().Single(version => version.TryGetProperty("size", out var side) && side.GetInt32() == size);

    private async Task ImportAsync()
    {
        _material.WriteFerPlus();
        (await RunAsync("data", "import", "ferplus", "--images", "images", "--votes", "votes.csv", "--name", "mini")).AssertDone();
    }

    private async Task PrepareAsync(params string[] options) => (await RunAsync(["data", "prepare", "mini", .. options])).AssertDone();

    private Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferProcess.RunAsync(_material.Root, arguments);
}
