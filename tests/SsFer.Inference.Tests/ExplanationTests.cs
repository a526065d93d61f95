using SsFer.Faces.Alignment;
using SsFer.Faces.Imaging;
using SsFer.Inference.Explanation;

namespace SsFer.Inference.Tests;

/// <summary>Heat maps.</summary>
public sealed class ExplanationTests
{
    [Fact]
    public async Task Explain_AddsAPngOverTheBoxForTheFirstFacesOnly()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxExplainedFaces", "1"));

        var answer = await host.AnswerAsync(Requests.Body(Requests.RealFaces(1)[0], "image/jpeg"), "?explain=true");

        var face = Assert.Single(Assert.Single(answer.Pictures).Faces);
        Assert.Equal(("occlusion", face.Expression), (face.Explanation!.Method, face.Explanation.Expression));
        Assert.InRange(face.Explanation.LargestDrop, 1e-6f, face.TopProbability);
        var map = new PictureDecoder().Decode(face.Explanation.HeatMap, "map");
        Assert.Equal((96, 96), (map.Width, map.Height));
        Assert.InRange(map.Pixels.ToArray().Max(), 230, 255); // the very peak may lie between pixels
        Assert.True(answer.Milliseconds.Explain > 0);
    }

    [Fact]
    public async Task Explain_IsLeftOutWhereNobodyAsksAndWhereTheServiceGivesNone()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxExplainedFaces", "0"));

        foreach (var query in new[] { "", "?explain=false", "?explain=true" })
        {
            Assert.Null(Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()), query)).Pictures).Faces[0].Explanation);
        }
    }

    [Fact]
    public void Map_IsHighestWhereTheCoverTookMost()
    {
        var drops = new float[Occlusion.Places * Occlusion.Places];
        drops[(2 * Occlusion.Places) + 5] = 0.4f; // its cover spans pixels 20 to 28 across and 8 to 16 down of 32
        var map = new OcclusionMap(drops, size: 32, cover: 8);

        Assert.Equal(0.4f, map.Largest);
        Assert.Equal(0.4f, map.At(24, 12), 1e-6f);
        Assert.Equal(0.2f, map.At(22, 12), 1e-6f);
        Assert.Equal(0.1f, map.At(22, 10), 1e-6f);
        Assert.Equal(0, map.At(4, 4));
        Assert.Equal(0, map.At(-1, 12)); // the model did not look there
        Assert.Equal(0, map.At(32, 12));
    }

    [Fact]
    public void HeatMap_FollowsTheFaceAsItWasTurned()
    {
        var drops = new float[Occlusion.Places * Occlusion.Places];
        drops[3] = 1; // in the middle of the upper edge of the face
        var map = new OcclusionMap(drops, size: 32, cover: 8);
        // The picture's x is the face's y: a face that lies on its side.
        var lying = new AffineMap(0, 1, 0, 1, 0, 0);

        var drawn = new PictureDecoder().Decode(HeatMap.Draw(map, new PixelBox(0, 0, 32, 32), lying), "map");

        var (brightest, at) = (0, 0);
        for (var i = 0; i < 96 * 96; i++)
        {
            if (drawn.Pixels[3 * i] > brightest)
            {
                (brightest, at) = (drawn.Pixels[3 * i], i);
            }
        }

        Assert.InRange(brightest, 230, 255);
        Assert.InRange(at % 96, 0, 12); // left
        Assert.InRange(at / 96, 44, 52); // in the middle
    }

    [Fact]
    public void HeatMap_WhereNothingMatters_IsBlack()
    {
        var map = new OcclusionMap(new float[Occlusion.Places * Occlusion.Places], size: 32, cover: 8);

        var drawn = new PictureDecoder().Decode(HeatMap.Draw(map, new PixelBox(0, 0, 60, 30), AffineMap.Scaling(0.5, 1)), "map");

        Assert.Equal((96, 48), (drawn.Width, drawn.Height));
        Assert.Equal(0, drawn.Pixels.ToArray().Max());
    }
}
