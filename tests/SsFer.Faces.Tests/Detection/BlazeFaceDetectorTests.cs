using SsFer.Faces.Detection;
using SsFer.Faces.Tests.Imaging;

namespace SsFer.Faces.Tests.Detection;

public sealed class BlazeFaceDetectorTests
{
    [Theory]
    [InlineData(0.35f)]
    [InlineData(0.5f)]
    [InlineData(null)]
    [Trait("Category", "Slow")]
    public void FerPlus_Of200Faces_At97PercentOrMoreAreFoundWithPlausibleBoxes(float? border)
    {
        var pictures = RealFaces.FerPlusValidation(200);
        using var detector = new BlazeFaceDetector(BlazeFaceModel.DefaultPath, new DetectorOptions { Border = border });
        var found = pictures.Select(picture => detector.Detect(picture)).Where(faces => faces.Count > 0).Select(faces => faces[0]).ToList();

        Assert.InRange(found.Count / (double)pictures.Count, 0.97, 1);
        Assert.InRange(found.Count(IsPlausible) / (double)found.Count, 0.97, 1);
        // The faces fill their 48 pixels: most boxes take more than half and not much more than all of it.
        Assert.InRange(found.Select(face => face.Box.Width).Order().ElementAt(found.Count / 2), 34, 48);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Lfw_Of100Faces_AreFoundAroundTheMiddle()
    {
        var pictures = RealFaces.Lfw(100);
        using var detector = new BlazeFaceDetector(BlazeFaceModel.DefaultPath, new DetectorOptions { Border = 0.5f });
        var centred = pictures.Count(picture =>
            detector.Detect(picture) is [var face, ..]
            && IsPlausible(face)
            && face.Box.X0 < picture.Width / 2f
            && face.Box.X1 > picture.Width / 2f
            && face.Box.Y0 < picture.Height / 2f
            && face.Box.Y1 > picture.Height / 2f
        );
        Assert.InRange(centred, 97, 100);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Detect_FromManyThreads_GivesWhatOneGives()
    {
        var pictures = RealFaces.FerPlusValidation(40);
        using var detector = new BlazeFaceDetector(BlazeFaceModel.DefaultPath);
        var alone = pictures.Select(picture => Text(detector.Detect(picture))).ToList();
        var together = pictures
            .AsParallel()
            .AsOrdered()
            .WithDegreeOfParallelism(8)
            .Select(picture => Text(detector.Detect(picture)))
            .ToList();
        Assert.Equal(alone, together);

        static string Text(IReadOnlyList<DetectedFace> faces) =>
            string.Join(';', faces.Select(face => $"{face.Box} {face.Score} {string.Join(' ', face.Landmarks)}"));
    }

    [Fact]
    public void Picture_WithoutAFace_GivesNone()
    {
        using var detector = new BlazeFaceDetector(BlazeFaceModel.DefaultPath);
        Assert.Empty(detector.Detect(Made.From(300, 200, (_, _) => (90, 120, 150))));
    }

    [Fact]
    public void Model_Missing_IsNamedWithTheCure()
    {
        var e = Assert.Throws<DetectorModelException>(() => new BlazeFaceDetector("nowhere.onnx"));
        Assert.StartsWith("no detector model at 'nowhere.onnx': give the path of an ONNX file", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_ThatIsNoModel_IsRefusedInOneLine()
    {
        using var model = new TemporaryModel([1, 2, 3, 4]);
        var e = Assert.Throws<DetectorModelException>(() => new BlazeFaceDetector(model.Path));
        Assert.StartsWith($"'{model.Path}' is not a model ONNX Runtime can load: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Model_OfAnotherNetwork_IsRefusedByItsShape()
    {
        using var model = new TemporaryModel(OnnxGraph.Constant([1, 256, 256, 3], [1, 512, 1], new float[512]));
        var e = Assert.Throws<DetectorModelException>(() => new BlazeFaceDetector(model.Path));
        Assert.EndsWith(
            "is not the back-camera BlazeFace: no output is 1 x 512 x 16, there are 1 x 512 x 1",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5f)]
    [InlineData(float.NaN)]
    public void Border_OutsideItsRange_IsRefused(float border) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DetectorOptions { Border = border });

    /// <summary>Eyes in the box and above the mouth, the right one on the left; all six points near the box.</summary>
    private static bool IsPlausible(DetectedFace face) =>
        face.Landmarks is [var right, var left, _, var mouth, _, _]
        && right.X < left.X
        && Math.Max(right.Y, left.Y) < mouth.Y
        && right.X > face.Box.X0
        && left.X < face.Box.X1
        && Math.Min(right.Y, left.Y) > face.Box.Y0
        && mouth.Y < face.Box.Y1
        && face.Score is >= 0.5f and <= 1;
}
