using SsFer.Faces.Imaging;

namespace SsFer.Inference.Tests;

/// <summary>What a request may ask for in its query.</summary>
public sealed class OptionsTests
{
    private const string Known =
        "the options are max-faces (1 to 64), min-score (0 to 1), cropped, explain and keep (true or false), model (an id)";

    [Theory]
    [InlineData("?max-faces=0", "max-faces '0' cannot be")]
    [InlineData("?max-faces=65", "max-faces '65' cannot be")]
    [InlineData("?max-faces=two", "max-faces 'two' cannot be")]
    [InlineData("?min-score=1.5", "min-score '1.5' cannot be")]
    [InlineData("?min-score=NaN", "min-score 'NaN' cannot be")]
    [InlineData("?cropped=yes", "cropped 'yes' cannot be")]
    [InlineData("?explain=1", "explain '1' cannot be")]
    [InlineData("?keep=no", "keep 'no' cannot be")]
    [InlineData("?maxfaces=1", "there is no option 'maxfaces'")]
    [InlineData("?explain=true&explain=true", "option 'explain' is to be given once, with a value")]
    [InlineData("?model=", "option 'model' is to be given once, with a value")]
    public async Task Post_WithAnOptionThatCannotBe_Is400AndNamesThoseThatCan(string query, string why)
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        Assert.Equal((400, $"{why}: {Known}"), await host.RefusalAsync(Requests.Body(Requests.Plain()), query));
    }

    [Fact]
    public async Task MaxFaces_OfTwoFaces_KeepsTheMoreCertain()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);
        var picture = TwoFaces();

        var both = Assert.Single((await host.AnswerAsync(Requests.Body(picture))).Pictures).Faces;
        var one = Assert.Single((await host.AnswerAsync(Requests.Body(picture), "?max-faces=1")).Pictures).Faces;

        Assert.Equal(2, both.Count);
        Assert.Equal(both.MaxBy(face => face.DetectionScore)!.Box, Assert.Single(one).Box);
    }

    [Fact]
    public async Task MinScore_LeavesOutFacesBelowIt()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);
        var picture = TwoFaces();
        var all = Assert.Single((await host.AnswerAsync(Requests.Body(picture))).Pictures).Faces;
        var score = FormattableString.Invariant($"{all.Max(face => face.DetectionScore):0.000000}");

        var best = Assert.Single((await host.AnswerAsync(Requests.Body(picture), $"?min-score={score[..5]}")).Pictures);
        var none = Assert.Single((await host.AnswerAsync(Requests.Body(picture), "?min-score=1")).Pictures);

        Assert.All(best.Faces, face => Assert.True(face.DetectionScore >= 0.5));
        Assert.Contains(best.Faces, face => face.Box == all[0].Box);
        Assert.Equal((PictureStatus.NoFace, 0), (none.Status, none.Faces.Count));
    }

    [Fact]
    public async Task Cropped_PictureWithoutAFaceToFind_IsClassifiedWhole()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);

        var answer = await host.AnswerAsync(Requests.Body(Requests.Plain(60, 50)), "?cropped=true");

        var face = Assert.Single(Assert.Single(answer.Pictures).Faces);
        Assert.Equal(new PixelBox(0, 0, 60, 50), face.Box);
        Assert.Empty(face.Landmarks);
        Assert.Equal(face.Probabilities[0].Probability, face.TopProbability);
        Assert.Equal(0, answer.Milliseconds.Detect);
        Assert.True(answer.Milliseconds is { Decode: > 0, Classify: > 0, Explain: 0 });
    }

    /// <summary>Side by side on grey.</summary>
    private static byte[] TwoFaces()
    {
        const int Side = 120;
        var decoder = new PictureDecoder();
        Picture[] faces = [.. Requests.RealFaces(2).Select(face => decoder.Decode(face, "face").Resize(Side, Side))];
        byte[] pixels = [.. Enumerable.Repeat((byte)128, 4 * Side * 2 * Side * 3)];
        for (var i = 0; i < faces.Length; i++)
        {
            for (var row = 0; row < Side; row++)
            {
                var start = (((Side / 2) + row) * 4 * Side) + (Side / 2) + (2 * Side * i);
                faces[i].Pixels.Slice(row * Side * 3, Side * 3).CopyTo(pixels.AsSpan(start * 3));
            }
        }

        return new Picture(4 * Side, 2 * Side, pixels).EncodePng();
    }
}
