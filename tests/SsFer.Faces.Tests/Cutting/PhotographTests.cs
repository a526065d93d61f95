using SsFer.Faces.Alignment;
using SsFer.Faces.Cutting;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Faces.Tests.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Tests.Cutting;

/// <summary>What is decoded with fewer pixels is seen as if it had been decoded with all.</summary>
public sealed class PhotographTests : IDisposable
{
    private readonly FaceCutter _cutter = new(new FacePreparation { Size = 48, Margin = 0.1f });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1000, 1)]
    [InlineData(1023, 1)]
    [InlineData(1025, 2)]
    [InlineData(3001, 4)]
    [InlineData(4200, 8)]
    public void Decode_OfALargeJpeg_IsOfAsManyPixelsAsTheDetectorSees(int width, int shrink)
    {
        var photograph = Decode(Jpeg(Made.Gradient(width, 333)));

        Assert.Equal((width, 333), (photograph.Width, photograph.Height));
        Assert.Equal(width / (double)photograph.Pixels.Width, shrink, 0.01 * shrink);
        Assert.Equal(333 / (double)photograph.Pixels.Height, shrink, 0.05 * shrink);
    }

    [Fact]
    public void Decode_OfALargePng_IsOfAllPixels() => Assert.Equal(2000, Decode(Made.Gradient(2000, 300).EncodePng()).Pixels.Width);

    [Theory]
    [InlineData(6, 900, 1300)]
    [InlineData(3, 1300, 900)]
    public void Decode_OfAJpegOnItsSide_HasTheSizeOfTheUprightPicture(int orientation, int width, int height)
    {
        var photograph = Decode(Made.Encode(Made.Gradient(1300, 900), image => image.Mutate(Turned).JpegsaveBuffer(q: 90)));

        Assert.Equal((width, height), (photograph.Width, photograph.Height));
        Assert.InRange(photograph.Pixels.Width, width / 2, width / 2 + 1);

        void Turned(NetVips.MutableImage image) => image.Set(NetVips.GValue.GIntType, "orientation", orientation);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Faces_OfPhotographs_AreFoundAndCutAsFromAllTheirPixels()
    {
        var seen = 0;
        foreach (var face in RealFaces.Lfw(12))
        {
            var picture = WithFaces(face, (900, 700, 700), (2600, 400, 1100));
            var (fast, whole) = (Decode(Jpeg(picture)), Decode(picture.EncodePng()));
            var (found, expected) = (_cutter.Find(fast)!, _cutter.Find(whole)!);

            Assert.Equal((4, 1), (whole.Width / fast.Pixels.Width, whole.Width / whole.Pixels.Width));
            Assert.Equal(expected.Count, found.Count);
            foreach (var (one, other) in found.OrderBy(each => each.Box.X0).Zip(expected.OrderBy(each => each.Box.X0)))
            {
                Assert.InRange(one.Box.IntersectionOverUnion(other.Box), 0.97, 1);
                var (cut, reference) = (_cutter.Cut(fast, other, Token), _cutter.Cut(whole, other, Token));
                Assert.InRange(Difference(cut.Picture, reference.Picture), 0, 2.5);
                Assert.Equal(reference.Placement.Map(one.Box.X0, one.Box.Y0).X, cut.Placement.Map(one.Box.X0, one.Box.Y0).X, 0.3);
                seen++;
            }
        }

        Assert.InRange(seen, 20, 24);
    }

    /// <summary>A face that has fewer pixels than the model wants in what was decoded first.</summary>
    [Fact]
    [Trait("Category", "Slow")]
    public void Faces_ThatAreSmall_AreCutFromAsManyPixelsAsTheyNeed()
    {
        var encoded = Jpeg(WithFaces(RealFaces.Lfw(1)[0], (700, 500, 1200), (3000, 1500, 180)));
        var picture = new PictureDecoder().Decode(encoded, "whole");
        var small = new DetectedFace
        {
            Box = new FaceBox(3030, 1530, 3150, 1650),
            Landmarks = [],
            Score = 1,
        };
        var photograph = Decode(encoded);
        Assert.Equal(1000, photograph.Pixels.Width);

        var cuts = _cutter.CutAll(photograph, [.. _cutter.Find(photograph)!, small], Token);

        Assert.Equal(2000, photograph.Pixels.Width);
        var expected = FaceAligner.Align(picture, small, new AlignmentOptions { Size = 48, Margin = 0.1f });
        Assert.InRange(Difference(cuts[^1].Cut, expected.Picture), 0, 2.5);
    }

    public void Dispose() => _cutter.Dispose();

    private Photograph Decode(byte[] encoded) => _cutter.Decode(encoded, "photograph");

    private static byte[] Jpeg(Picture picture) => Made.Encode(picture, image => image.JpegsaveBuffer(q: 95));

    /// <summary>On 4000 x 3000 pixels of grey.</summary>
    private static Picture WithFaces(Picture face, params (int Left, int Top, int Side)[] places)
    {
        const int Width = 4000;
        byte[] pixels = [.. Enumerable.Repeat((byte)128, 3 * Width * 3000)];
        foreach (var (left, top, side) in places)
        {
            var sized = face.Resize(side, side);
            for (var row = 0; row < side; row++)
            {
                sized.Pixels.Slice(row * side * 3, side * 3).CopyTo(pixels.AsSpan((((top + row) * Width) + left) * 3));
            }
        }

        return new Picture(Width, 3000, pixels);
    }

    /// <summary>Mean over all values, in steps of 255.</summary>
    private static double Difference(Picture one, Picture other)
    {
        var (a, b) = (one.Pixels.ToArray(), other.Pixels.ToArray());
        return a.Zip(b, (x, y) => Math.Abs(x - y)).Average();
    }
}
