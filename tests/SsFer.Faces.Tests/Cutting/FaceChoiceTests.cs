using SsFer.Faces.Cutting;
using SsFer.Faces.Detection;
using SsFer.Recipes;

namespace SsFer.Faces.Tests.Cutting;

public sealed class FaceChoiceTests
{
    [Fact]
    public void MainFace_NoFace_IsNull() => Assert.Null(FaceChoice.MainFace([], 100, 100));

    [Fact]
    public void MainFace_EqualFaces_TakesTheCentralOne() => AssertChosen(1, new(0, 0, 20, 20), new(40, 40, 60, 60));

    [Fact]
    public void MainFace_SmallCentralAndLargeNearby_TakesTheLargeOne() => AssertChosen(1, new(48, 48, 52, 52), new(10, 10, 60, 60));

    [Fact]
    public void MainFace_LargeFaceMostlyOutside_CountsOnlyWhatIsSeen() => AssertChosen(0, new(40, 40, 60, 60), new(-100, -100, 10, 10));

    [Fact]
    public void MainFace_Tie_TakesTheMoreCertainWhichComesFirst() => AssertChosen(0, new(20, 40, 40, 60), new(60, 40, 80, 60));

    [Fact]
    public void Visible_FaceOutsideThePicture_IsNotAmongThem()
    {
        var faces = Faces(new(40, 40, 60, 60), new(-30, 0, -10, 20), new(90, 90, 110, 110));

        Assert.Equal([faces[0], faces[2]], FaceChoice.Visible(faces, 100, 100));
        Assert.Empty(FaceChoice.Visible([faces[1]], 100, 100));
    }

    private static void AssertChosen(int index, params FaceBox[] boxes)
    {
        var faces = Faces(boxes);

        Assert.Same(faces[index], FaceChoice.MainFace(faces, 100, 100));
    }

    private static List<DetectedFace> Faces(params FaceBox[] boxes) =>
        [
            .. boxes.Select(box => new DetectedFace
            {
                Box = box,
                Landmarks = [],
                Score = 0.9f,
            }),
        ];
}
