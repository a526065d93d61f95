using SsFer.Inference.Streams;

namespace SsFer.Inference.Tests.Streams;

public sealed class FaceTracksTests
{
    [Fact]
    public void Faces_ThatOverlapThoseBefore_KeepTheirNumbersWhateverTheirOrder()
    {
        var tracks = new FaceTracks();

        Assert.Equal([1, 2], Numbers(tracks.Follow([Face(0), Face(200)], 0)));
        Assert.Equal([2, 1], Numbers(tracks.Follow([Face(210), Face(20)], 0.1)));
        Assert.Equal([3, 2], Numbers(tracks.Follow([Face(500), Face(220)], 0.2)));
    }

    [Fact]
    public void Face_ThatIsAwayForAMoment_KeepsItsNumber_AndAfterASecondHasANewOne()
    {
        var tracks = new FaceTracks();
        tracks.Follow([Face(0)], 0);
        tracks.Follow([], 0.5);

        Assert.Equal([1], Numbers(tracks.Follow([Face(0)], 1)));
        Assert.Equal([2], Numbers(tracks.Follow([Face(0)], 2.1)));
    }

    [Fact]
    public void TwoFaces_OverOneTrack_TheOneThatOverlapsMoreHasIt()
    {
        var tracks = new FaceTracks();
        tracks.Follow([Face(0)], 0);

        Assert.Equal([2, 1], Numbers(tracks.Follow([Face(30), Face(10)], 0.1)));
    }

    [Fact]
    public void Probabilities_FollowAChangeWithTheTimeConstant()
    {
        var tracks = new FaceTracks();
        tracks.Follow([Face(0, happiness: 0)], 0);

        var half = Assert.Single(tracks.Follow([Face(0, happiness: 1)], FaceTracks.TimeConstant));
        var late = Assert.Single(tracks.Follow([Face(0, happiness: 1)], 2 * FaceTracks.TimeConstant));

        Assert.Equal(1 - (1 / Math.E), half.TopProbability, 1e-6);
        Assert.Equal("happiness", half.Expression);
        Assert.Equal(1 - (1 / (Math.E * Math.E)), late.TopProbability, 1e-6);
        Assert.Equal(1, late.Probabilities.Sum(each => each.Probability), 1e-6);
    }

    [Fact]
    public void Probabilities_DoNotDependOnHowManyFramesThereWere()
    {
        var (few, many) = (new FaceTracks(), new FaceTracks());
        few.Follow([Face(0, happiness: 0)], 0);
        many.Follow([Face(0, happiness: 0)], 0);

        var once = few.Follow([Face(0, happiness: 1)], 0.4);
        var often = Enumerable.Range(1, 4).Select(i => many.Follow([Face(0, happiness: 1)], 0.1 * i)).ToList()[^1];

        Assert.Equal(once[0].TopProbability, often[0].TopProbability, 1e-6);
    }

    [Fact]
    public void Probabilities_ForgottenForAnotherModel_AreTakenAsTheyAre_AndNumbersStay()
    {
        var tracks = new FaceTracks();
        tracks.Follow([Face(0, happiness: 0)], 0);

        tracks.ForgetProbabilities();

        var face = Assert.Single(tracks.Follow([Face(0, happiness: 1)], 0.01));
        Assert.Equal((1, 1), (face.Track, face.TopProbability));
    }

    private static IEnumerable<int?> Numbers(IReadOnlyList<FaceAnswer> faces) => faces.Select(face => face.Track);

    /// <summary>100 pixels a side.</summary>
    private static FaceAnswer Face(float left, float happiness = 0.5f) =>
        new()
        {
            Box = new PixelBox(left, 0, left + 100, 100),
            Landmarks = [],
            DetectionScore = 1,
            Probabilities = ClassProbability.Sorted([new("happiness", happiness), new("sadness", 1 - happiness)]),
        };
}
