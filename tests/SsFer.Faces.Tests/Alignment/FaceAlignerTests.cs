using CsCheck;
using SsFer.Faces.Alignment;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Faces.Tests.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Tests.Alignment;

[Trait("Category", "Slow")]
public sealed class FaceAlignerTests
{
    private static readonly AlignmentOptions Options = new() { Size = 96 };

    [Fact]
    public void TightCrop_AtItsOwnSize_KeepsItsVeryBytes()
    {
        var picture = Made.Gradient(48, 48);
        var face = Face(new FaceBox(4, 8, 46, 50), angle: 0.3);
        var aligned = FaceAligner.Align(picture, face, new AlignmentOptions { Size = 48 });

        Assert.Same(picture, aligned.Picture);
        Assert.Equal(new FaceBox(4, 8, 46, 48), aligned.Box);
        Assert.Equal(face.Landmarks, aligned.Landmarks);
    }

    [Fact]
    public void TightCrop_AtAnotherSize_IsResizedWhole()
    {
        var aligned = FaceAligner.Align(Made.Gradient(48, 48), Face(new FaceBox(4, 8, 46, 46), angle: 0.3), Options);
        Assert.Equal(new FaceBox(8, 16, 92, 92), aligned.Box);
        Assert.Equal(Made.Gradient(48, 48).Resize(96, 96).PixelHash(), aligned.Picture.PixelHash());
    }

    [Fact]
    public void TightCrop_NotSquare_KeepsTheLargestSquareAroundTheFace()
    {
        var picture = Made.Gradient(100, 160);
        var aligned = FaceAligner.Align(picture, Face(new FaceBox(10, 80, 90, 160)), new AlignmentOptions { Size = 100 });
        Assert.Equal(picture.Crop(0, 60, 100, 100).PixelHash(), aligned.Picture.PixelHash());
        Assert.Equal(new FaceBox(10, 20, 90, 100), aligned.Box);
    }

    [Fact]
    public void Photograph_WithALevelFace_IsCutAroundItWithItsMargin()
    {
        var picture = Made.Gradient(400, 300);
        var aligned = FaceAligner.Align(
            picture,
            Face(new FaceBox(150, 100, 230, 180)),
            new AlignmentOptions { Size = 120, Margin = 0.25f }
        );
        Assert.Equal(picture.Crop(130, 80, 120, 120).PixelHash(), aligned.Picture.PixelHash());
        Assert.Equal(new FaceBox(20, 20, 100, 100), aligned.Box);
    }

    [Fact]
    public void Face_AtTheEdge_IsCutFromInsideThePicture()
    {
        var picture = Made.Gradient(400, 300);
        var aligned = FaceAligner.Align(picture, Face(new FaceBox(-20, 240, 60, 320)), new AlignmentOptions { Size = 120, Margin = 0.25f });
        Assert.Equal(picture.Crop(0, 180, 120, 120).PixelHash(), aligned.Picture.PixelHash());
        Assert.Equal(new FaceBox(0, 60, 60, 120), aligned.Box);
    }

    [Fact]
    public void NoFace_WholePictureIsResized()
    {
        var aligned = FaceAligner.Align(Made.Gradient(200, 100), null, Options);
        Assert.Equal((96, 96), (aligned.Picture.Width, aligned.Picture.Height));
        Assert.Null(aligned.Box);
        Assert.Empty(aligned.Landmarks);
    }

    [Fact]
    public void TurnedHead_Aligned_HasLevelEyesWhereTheLandmarksSay() =>
        Gen.Select(Gen.Double[-0.8, 0.8], Gen.Double[180, 220], Gen.Double[180, 220], Gen.Int[48, 224])
            .Sample(
                (angle, x, y, size) =>
                {
                    var face = Face(new FaceBox((float)x - 60, (float)y - 60, (float)x + 60, (float)y + 60), angle);
                    var picture = WithWhiteEyes(400, 400, face);
                    var aligned = FaceAligner.Align(picture, face, new AlignmentOptions { Size = size });

                    var (right, left) = (aligned.Landmarks[0], aligned.Landmarks[1]);
                    Assert.Equal(right.Y, left.Y, 0.01f);
                    Assert.True(right.X < left.X);
                    AssertWhiteAround(aligned.Picture, right);
                    AssertWhiteAround(aligned.Picture, left);
                    Assert.Equal(size / 1.3f, aligned.Box!.Value.Width, 0.01f);
                },
                iter: 25
            );

    [Fact]
    public void TurnedHead_WithoutRoomToTurn_IsCutUpright()
    {
        // The square of 130 fits into 140 rows, turned by 0.5 rad it would take 176.
        var picture = Made.Gradient(300, 140);
        var aligned = FaceAligner.Align(
            picture,
            Face(new FaceBox(100, 20, 200, 120), angle: 0.5),
            new AlignmentOptions { Size = 130, TightShare = 0.9f }
        );
        Assert.Equal(picture.Crop(85, 5, 130, 130).PixelHash(), aligned.Picture.PixelHash());
    }

    [Fact]
    public void Align_OfAnyFace_GivesTheSizeAskedForAndABoxInside() =>
        Gen.Select(
                Gen.Int[1, 300],
                Gen.Int[1, 300],
                Gen.Float[-100, 300],
                Gen.Float[-100, 300],
                Gen.Float[0.1f, 400],
                Gen.Double[-3, 3],
                Gen.Int[1, 64]
            )
            .Sample(
                (width, height, x, y, side, angle, size) =>
                {
                    var aligned = FaceAligner.Align(
                        Made.Gradient(width, height),
                        Face(new FaceBox(x, y, x + side, y + side), angle),
                        new AlignmentOptions { Size = size }
                    );
                    Assert.Equal((size, size), (aligned.Picture.Width, aligned.Picture.Height));
                    if (aligned.Box is not { } box)
                    {
                        return;
                    }

                    Assert.InRange(box.X0, 0, box.X1);
                    Assert.InRange(box.X1, box.X0, size);
                    Assert.InRange(box.Y0, 0, box.Y1);
                    Assert.InRange(box.Y1, box.Y0, size);
                },
                iter: 300
            );

    [Fact]
    public void FerPlus_PreparedAtItsOwnSize_KeepsItsBytesAndSpreadsItsBoxes()
    {
        var pictures = RealFaces.FerPlusValidation(100);
        using var detector = new BlazeFaceDetector(BlazeFaceModel.DefaultPath, new DetectorOptions { Border = 0.5f });
        var prepared = pictures
            .Select(picture =>
                FaceAligner.Align(picture, detector.Detect(picture) is [var face, ..] ? face : null, new AlignmentOptions { Size = 48 })
            )
            .ToList();

        Assert.InRange(pictures.Zip(prepared).Count(pair => pair.First.PixelHash() == pair.Second.Picture.PixelHash()), 96, 100);
        // FaceMix weighs by 1 - IoU: boxes that were all alike would leave it nothing to weigh.
        var boxes = prepared.Where(face => face.Box is not null).Select(face => face.Box!.Value).ToList();
        var kappas = boxes.Zip(boxes.Skip(1), (a, b) => 1 - a.IntersectionOverUnion(b)).Order().ToList();
        Assert.InRange(kappas[kappas.Count / 2], 0.1, 0.5);
    }

    [Fact]
    public void Lfw_HeadsTurnedInAPhotograph_AreLevelAfterAlignment()
    {
        using var detector = new BlazeFaceDetector(BlazeFaceModel.DefaultPath);
        var before = new List<double>();
        var after = new List<double>();
        foreach (var portrait in RealFaces.Lfw(20))
        {
            var photograph = TurnedOnto(512, portrait, angle: 0.4);
            if (detector.Detect(photograph) is not [var face, ..])
            {
                continue;
            }

            before.Add(EyeAngle(face.Landmarks));
            var aligned = FaceAligner.Align(photograph, face, new AlignmentOptions { Size = 128, Margin = 0.5f });
            if (detector.Detect(aligned.Picture) is [var again, ..])
            {
                after.Add(EyeAngle(again.Landmarks));
            }
        }
        Assert.InRange(before.Count, 18, 20);
        Assert.InRange(after.Count, 18, 20);
        Assert.InRange(Median(before), 0.3, 0.5);
        Assert.InRange(Median(after), -0.08, 0.08);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double EyeAngle(IReadOnlyList<Landmark> points) => Math.Atan2(points[1].Y - points[0].Y, points[1].X - points[0].X);

    /// <summary>The picture in the middle of a grey one, turned clockwise.</summary>
    private static Picture TurnedOnto(int side, Picture portrait, double angle) => Made.From(side, side, (x, y) =>
        {
            var (dx, dy) = (x + 0.5 - side / 2.0, y + 0.5 - side / 2.0);
            var (px, py) = (
                (int)Math.Floor(dx * Math.Cos(angle) + dy * Math.Sin(angle) + portrait.Width / 2.0),
                (int)Math.Floor(-dx * Math.Sin(angle) + dy * Math.Cos(angle) + portrait.Height / 2.0)
            );
            if (px < 0 || py < 0 || px >= portrait.Width || py >= portrait.Height)
            {
                return (128, 128, 128);
            }

            var pixel = portrait.Pixels.Slice((py * portrait.Width + px) * 3, 3);
            return (pixel[0], pixel[1], pixel[2]);
        });

    /// <summary>Eyes a fifth of the box to either side of its centre, on a line turned clockwise by the angle.</summary>
    private static DetectedFace Face(FaceBox box, double angle = 0)
    {
        var (x, y) = box.Centre;
        var (dx, dy) = ((float)(box.Width / 5 * Math.Cos(angle)), (float)(box.Width / 5 * Math.Sin(angle)));
        return new DetectedFace
        {
            Box = box,
            Landmarks = [new Landmark(x - dx, y - dy), new Landmark(x + dx, y + dy)],
            Score = 0.9f,
        };
    }

    private static Picture WithWhiteEyes(int width, int height, DetectedFace face) =>
        Made.From(width, height, (x, y) =>
            face.Landmarks.Any(eye => Math.Pow(x + 0.5 - eye.X, 2) + Math.Pow(y + 0.5 - eye.Y, 2) < 100)
                ? ((byte)255, (byte)255, (byte)255)
                : ((byte)0, (byte)0, (byte)0)
        );

    /// <summary>The centre of mass of the white pixels on the point's half of the picture is the point.</summary>
    private static void AssertWhiteAround(Picture picture, Landmark point)
    {
        var (mass, momentX, momentY) = (0.0, 0.0, 0.0);
        var leftHalf = point.X < picture.Width / 2f;
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                if (x + 0.5f < picture.Width / 2f != leftHalf)
                {
                    continue;
                }

                double weight = picture.Pixels[(y * picture.Width + x) * 3];
                (mass, momentX, momentY) = (mass + weight, momentX + weight * (x + 0.5), momentY + weight * (y + 0.5));
            }
        }

        Assert.Equal(point.X, momentX / mass, 0.3);
        Assert.Equal(point.Y, momentY / mass, 0.3);
    }
}
