using CsCheck;
using SsFer.Faces.Detection;
using SsFer.Faces.Tests.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Tests.Detection;

public sealed class CanvasPlacementTests
{
    private static readonly Gen<CanvasPlacement> Placements = Gen.Select(
        Gen.Int[8, 4000],
        Gen.Int[8, 4000],
        Gen.Int[32, 640],
        Gen.Float[0.2f, 1f],
        (width, height, side, share) => CanvasPlacement.Centred(width, height, side, side, share)
    );

    private static readonly Gen<FaceBox> Boxes = Gen.Select(
        Gen.Float[-500, 4000],
        Gen.Float[-500, 4000],
        Gen.Float[1, 2000],
        Gen.Float[1, 2000],
        (x, y, width, height) => new FaceBox(x, y, x + width, y + height)
    );

    [Fact]
    public void Box_ToTheCanvasAndBack_IsWhereItWas() =>
        Gen.Select(Placements, Boxes)
            .Sample(
                (placement, box) =>
                {
                    var back = placement.ToPicture(placement.ToCanvas(box));
                    Assert.Equal(box.X0, back.X0, 0.02f);
                    Assert.Equal(box.Y0, back.Y0, 0.02f);
                    Assert.Equal(box.X1, back.X1, 0.02f);
                    Assert.Equal(box.Y1, back.Y1, 0.02f);
                }
            );

    [Fact]
    public void Picture_OnTheCanvas_LiesInsideAndTakesItsShare() =>
        Gen.Select(Gen.Int[8, 4000], Gen.Int[8, 4000], Gen.Float[0.2f, 1f])
            .Sample(
                (width, height, share) =>
                {
                    var placement = CanvasPlacement.Centred(width, height, 256, 256, share);
                    Assert.InRange(placement.Left, 0, 256 - placement.Width);
                    Assert.InRange(placement.Top, 0, 256 - placement.Height);
                    Assert.Equal(share * 256, Math.Max(placement.Width, placement.Height), 0.5f);
                }
            );

    [Fact]
    public void Whole_Picture_CoversItsPlaceExactly()
    {
        var placement = CanvasPlacement.Centred(333, 77, 256, 256, 0.5f);
        Assert.Equal(
            new FaceBox(placement.Left, placement.Top, placement.Left + placement.Width, placement.Top + placement.Height),
            placement.ToCanvas(new FaceBox(0, 0, 333, 77))
        );
    }

    [Fact]
    public void Paint_AroundThePicture_IsMidGrey()
    {
        var white = Made.From(40, 40, (_, _) => (255, 255, 255));
        var canvas = new byte[16 * 16 * 3];
        CanvasPlacement.Centred(40, 40, 16, 16, 0.5f).Paint(white, canvas, 16);
        for (var y = 0; y < 16; y++)
        {
            for (var x = 0; x < 16; x++)
            {
                Assert.Equal(x is >= 4 and < 12 && y is >= 4 and < 12 ? 255 : 128, canvas[(y * 16 + x) * 3]);
            }
        }
    }
}
