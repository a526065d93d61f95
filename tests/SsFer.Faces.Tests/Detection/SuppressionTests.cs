using SsFer.Faces.Detection;
using SsFer.Recipes;

namespace SsFer.Faces.Tests.Detection;

public sealed class SuppressionTests
{
    private static readonly DetectedFace[] Candidates = [Face(100, 0.6f), Face(0, 0.6f), Face(2, 0.9f)];

    [Fact]
    public void KeepBest_OfOverlappingBoxes_KeepsTheMostCertain()
    {
        var faces = Suppression.KeepBest(Candidates, 0.3f);
        Assert.Equal([2f, 100f], faces.Select(face => face.Box.X0));
        Assert.Equal([0.9f, 0.6f], faces.Select(face => face.Score));
    }

    [Fact]
    public void Blend_OfOverlappingBoxes_WeighsThemByScore()
    {
        var faces = Suppression.Blend(Candidates, 0.3f);
        Assert.Equal(2, faces.Count);
        Assert.Equal((0 * 0.6f + 2 * 0.9f) / 1.5f, faces[0].Box.X0, 1e-5f);
        Assert.Equal(faces[0].Box.X0 + 5, faces[0].Landmarks[0].X, 1e-5f);
        Assert.Equal(0.9f, faces[0].Score);
    }

    [Fact]
    public void Candidates_None_GiveNoFace() => Assert.Empty(Suppression.Blend([], 0.3f));

    private static DetectedFace Face(float x, float score) =>
        new()
        {
            Box = new FaceBox(x, 0, x + 10, 10),
            Landmarks = [new Landmark(x + 5, 5)],
            Score = score,
        };
}
