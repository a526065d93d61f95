using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Faces.Tests.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Tests.Detection;

/// <summary>
/// No weights can be shipped, so each family is a graph that answers every picture with two candidates of one face and one of nothing.
/// </summary>
public sealed class YoloFaceDetectorTests
{
    private static readonly int[] Input = [1, 3, 64, 64];

    // Canvas 64 x 64; a picture of 128 x 64 lies on it at half size, 16 rows down.
    private static readonly Picture Picture = Made.Gradient(128, 64);
    private static readonly DetectorOptions WholeCanvas = new() { Border = 1 };

    private static readonly float[] EyeToMouth = [24, 28, 40, 28, 32, 34, 26, 40, 38, 40];

    [Fact]
    public void V5_TwoBoxesOfOneFace_BecomeOneInPicturePixels()
    {
        float[] Row(float x, float objectness, float face) => [x, 32, 20, 24, objectness, .. EyeToMouth, face];
        float[] rows = [.. Row(32, 0.9f, 0.8f), .. Row(33, 0.9f, 1f), .. Row(32, 0.5f, 0.5f)];
        AssertOneFace(Detect([1, 3, 16], rows), new FaceBox(46, 8, 86, 56), 0.9f, landmarks: true);
    }

    [Fact]
    public void V7_TwoBoxesOfOneFace_BecomeOneInPicturePixels()
    {
        float[] Row(float x, float objectness, float face) => [x, 32, 20, 24, objectness, face, .. WithVisibility()];
        float[] rows = [.. Row(32, 0.9f, 0.8f), .. Row(33, 0.9f, 1f), .. Row(32, 0.5f, 0.5f)];
        AssertOneFace(Detect([1, 3, 21], rows), new FaceBox(46, 8, 86, 56), 0.9f, landmarks: true);
    }

    [Fact]
    public void V8_TwoBoxesOfOneFace_BecomeOneInPicturePixels()
    {
        float[] Row(float x, float score) => [x, 32, 20, 24, score, .. WithVisibility()];
        AssertOneFace(
            Detect([1, 20, 3], Transposed(Row(32, 0.72f), Row(33, 0.9f), Row(32, 0.25f))),
            new FaceBox(46, 8, 86, 56),
            0.9f,
            landmarks: true
        );
    }

    [Fact]
    public void V8_WithoutPoints_GivesABoxAlone()
    {
        float[] Row(float x, float score) => [x, 32, 20, 24, score];
        AssertOneFace(
            Detect([1, 5, 3], Transposed(Row(32, 0.72f), Row(33, 0.9f), Row(32, 0.25f))),
            new FaceBox(46, 8, 86, 56),
            0.9f,
            landmarks: false
        );
    }

    [Fact]
    public void Input_OfFreeSize_IsLookedAtIn640()
    {
        using var model = new TemporaryModel(OnnxGraph.Constant([1, 3, 0, 0], [1, 5, 1], [320, 320, 64, 64, 0.9f]));
        using var detector = new YoloFaceDetector(model.Path, WholeCanvas);
        Assert.Equal(new FaceBox(28.8f, 28.8f, 35.2f, 35.2f), Rounded(Assert.Single(detector.Detect(Made.Gradient(64, 64))).Box));
    }

    [Fact]
    public void Output_OfNoKnownFamily_IsRefusedByItsShape()
    {
        using var model = new TemporaryModel(OnnxGraph.Constant(Input, [1, 3, 85], new float[255]));
        var e = Assert.Throws<DetectorModelException>(() => new YoloFaceDetector(model.Path));
        Assert.StartsWith(
            $"'{model.Path}' has output 1 x 3 x 85: SsFer reads 1 x N x 16 (YOLOv5-face)",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Input_ThatIsNoPicture_IsRefusedByItsShape()
    {
        using var model = new TemporaryModel(OnnxGraph.Constant([1, 256, 256, 3], [1, 3, 16], new float[48]));
        var e = Assert.Throws<DetectorModelException>(() => new YoloFaceDetector(model.Path));
        Assert.Contains("its input is 1 x 256 x 256 x 3, not 1 x 3 x height x width", e.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<DetectedFace> Detect(int[] shape, float[] values)
    {
        using var model = new TemporaryModel(OnnxGraph.Constant(Input, shape, values));
        using var detector = new YoloFaceDetector(model.Path, WholeCanvas);
        return detector.Detect(Picture);
    }

    private static void AssertOneFace(IReadOnlyList<DetectedFace> faces, FaceBox box, float score, bool landmarks)
    {
        var face = Assert.Single(faces);
        Assert.Equal(box, Rounded(face.Box));
        Assert.Equal(score, face.Score, 1e-5f);
        Landmark[] expected = landmarks ? [new(48, 24), new(80, 24), new(64, 36), new(52, 48), new(76, 48)] : [];
        Assert.Equal(expected, face.Landmarks);
    }

    private static FaceBox Rounded(FaceBox box) =>
        new(MathF.Round(box.X0, 3), MathF.Round(box.Y0, 3), MathF.Round(box.X1, 3), MathF.Round(box.Y1, 3));

    private static IEnumerable<float> WithVisibility() => EyeToMouth.Chunk(2).SelectMany(point => (float[])[.. point, 0.5f]);

    private static float[] Transposed(params float[][] rows) =>
        [.. Enumerable.Range(0, rows[0].Length).SelectMany(i => rows.Select(row => row[i]))];
}
