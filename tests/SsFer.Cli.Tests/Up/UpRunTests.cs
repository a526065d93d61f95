using SsFer.Testing.Walks;

namespace SsFer.Cli.Tests.Up;

/// <summary>From pictures to answers in one process: every service, over the in-process bus and a folder, driven by HTTP alone.</summary>
[Trait("Category", "Slow")]
public sealed class UpRunTests : IDisposable
{
    private readonly Material _material = new();

    [Fact]
    public async Task Up_PicturesAndARunOverHttp_BecomeAModelThatAnswers()
    {
        using var up = await UpProcess.StartAsync(_material.Root, "--store", "faces");

        await new PicturesToAnswers(up.Client, up.Client, (what, ask) =>
            up.UntilAsync(what, async token => await ask(token) ? up : null)
        ).WalkAsync();
        var ended = await up.StopAsync();

        ended.AssertDone();
        Assert.True(
            File.Exists(Path.Combine(_material.Root, "faces", "models", PicturesToAnswers.Run, "model.onnx")),
            "everything stands in the store's folder"
        );
    }

    public void Dispose() => _material.Dispose();
}
