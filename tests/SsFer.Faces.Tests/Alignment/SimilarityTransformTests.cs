using CsCheck;
using SsFer.Faces.Alignment;
using SsFer.Recipes;

namespace SsFer.Faces.Tests.Alignment;

public sealed class SimilarityTransformTests
{
    private static readonly Gen<SimilarityTransform> Transforms = Gen.Select(
        Gen.Double[0, 4000],
        Gen.Double[0, 4000],
        Gen.Double[10, 2000],
        Gen.Double[-3, 3],
        Gen.Int[16, 512],
        (x, y, side, angle, size) => SimilarityTransform.FromSquare((x, y), side, angle, size)
    );

    [Fact]
    public void Square_WithItsCorners_ComesToTheCornersOfTheResult() =>
        Gen.Select(Gen.Double[0, 4000], Gen.Double[0, 4000], Gen.Double[10, 2000], Gen.Double[-3, 3], Gen.Int[16, 512])
            .Sample(
                (x, y, side, angle, size) =>
                {
                    var transform = SimilarityTransform.FromSquare((x, y), side, angle, size);
                    var (half, cos, sin) = (side / 2, Math.Cos(angle), Math.Sin(angle));
                    foreach (var (right, down) in ((int, int)[])[(-1, -1), (1, -1), (-1, 1), (1, 1)])
                    {
                        var (mappedX, mappedY) = transform.Map(
                            x + half * (right * cos - down * sin),
                            y + half * (right * sin + down * cos)
                        );
                        Assert.Equal((right + 1) * size / 2.0, mappedX, 1e-6);
                        Assert.Equal((down + 1) * size / 2.0, mappedY, 1e-6);
                    }
                }
            );

    [Fact]
    public void Square_Turned_IsUprightAfterwards()
    {
        // A square around (50, 40) with side 20, a quarter turn clockwise: what was below its centre by half a side is now to the right.
        var transform = SimilarityTransform.FromSquare((50, 40), 20, Math.PI / 2, 100);
        var (x, y) = transform.Map(50, 50);
        Assert.Equal(100, x, 1e-9);
        Assert.Equal(50, y, 1e-9);
    }

    [Fact]
    public void Box_WithItsSquare_KeepsItsShareOfIt() =>
        Transforms.Sample(transform =>
        {
            var box = new FaceBox(100, 200, 160, 280);
            var mapped = transform.Map(box);
            Assert.Equal(box.Width * transform.Scale, mapped.Width, 0.1);
            Assert.Equal(box.Height * transform.Scale, mapped.Height, 0.1);
        });
}
