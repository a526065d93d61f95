using CsCheck;

namespace SsFer.Recipes.Tests;

public sealed class FaceBoxTests
{
    private static readonly Gen<FaceBox> Boxes = Gen.Select(
        Gen.Float[-50, 150],
        Gen.Float[-50, 150],
        Gen.Float[0.5f, 90],
        Gen.Float[0.5f, 90],
        (x, y, width, height) => new FaceBox(x, y, x + width, y + height)
    );

    [Theory]
    [InlineData(0, 0, 2, 2, 1, 1, 3, 3, 1 / 7f)]
    [InlineData(0, 0, 4, 4, 1, 1, 3, 3, 0.25f)]
    [InlineData(0, 0, 1, 1, 1, 0, 2, 1, 0)]
    public void IntersectionOverUnion_OfTwoBoxes_IsAsByHand(
        float a,
        float b,
        float c,
        float d,
        float e,
        float f,
        float g,
        float h,
        float expected
    ) => Assert.Equal(expected, new FaceBox(a, b, c, d).IntersectionOverUnion(new FaceBox(e, f, g, h)), 1e-6f);

    [Fact]
    public void IntersectionOverUnion_IsSymmetricAndAShare() =>
        Gen.Select(Boxes, Boxes)
            .Sample(
                (a, b) =>
                {
                    var share = a.IntersectionOverUnion(b);
                    Assert.InRange(share, 0, 1);
                    Assert.Equal(share, b.IntersectionOverUnion(a), 1e-5f);
                    Assert.Equal(1, a.IntersectionOverUnion(a), 1e-5f);
                }
            );

    [Fact]
    public void ClipTo_LiesInThePictureAndInTheBox() =>
        Boxes.Sample(box =>
        {
            if (box.ClipTo(100, 80) is not { } clipped)
            {
                Assert.True(box.X1 <= 0 || box.Y1 <= 0 || box.X0 >= 100 || box.Y0 >= 80);
                return;
            }
            Assert.InRange(clipped.X0, Math.Max(0, box.X0), clipped.X1);
            Assert.InRange(clipped.X1, clipped.X0, Math.Min(100, box.X1));
            Assert.InRange(clipped.Y0, Math.Max(0, box.Y0), clipped.Y1);
            Assert.InRange(clipped.Y1, clipped.Y0, Math.Min(80, box.Y1));
        });
}
