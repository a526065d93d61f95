using CsCheck;

namespace SsFer.Synthetic.Tests;

public sealed class SyntheticFacesTests
{
    [Fact]
    public void Draw_SameSeed_GivesTheSameBytesInAnyOrderAndOnAnyThread()
    {
        const int Count = 60;
        var inOrder = Enumerable.Range(0, Count).Select(index => new SyntheticFaces(7, 64).Draw(index)).ToArray();
        var again = new SyntheticFace[Count];
        var faces = new SyntheticFaces(7, 64);

        Parallel.For(0, Count, index => again[Count - 1 - index] = faces.Draw(Count - 1 - index));

        Assert.Equal(inOrder.Select(face => face.Picture.PixelHash()), again.Select(face => face.Picture.PixelHash()));
        Assert.Equal(inOrder.Select(face => face.Box), again.Select(face => face.Box));
        Assert.Equal(inOrder.SelectMany(face => face.Landmarks), again.SelectMany(face => face.Landmarks));
    }

    [Fact]
    public void Draw_FacesAndSeeds_AllDiffer()
    {
        var hashes = new ulong[] { 0, 1, 2 }
            .SelectMany(seed => Enumerable.Range(0, 200).Select(index => new SyntheticFaces(seed, 32).Draw(index).Picture.PixelHash()))
            .ToList();

        Assert.Equal(hashes.Count, hashes.Distinct().Count());
    }

    [Fact]
    public void Draw_AnyFace_HasItsBoxInThePictureAndItsLandmarksInTheBox() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1_000_000], Gen.Int[SyntheticFaces.SmallestSize, 160])
            .Sample(
                (seed, index, size) =>
                {
                    var face = new SyntheticFaces(seed, size).Draw(index);

                    Assert.Equal((size, size), (face.Picture.Width, face.Picture.Height));
                    Assert.True(face.Box is { X0: >= 0, Y0: >= 0 } && face.Box.X1 <= size && face.Box.Y1 <= size, $"{face.Box} in {size}");
                    Assert.True(
                        face.Box.Height > 0.5 * size,
                        $"{face.Box} takes most of {size} pixels, so that preparation keeps the frame"
                    );
                    Assert.Equal(5, face.Landmarks.Count);
                    Assert.All(face.Landmarks, point =>
                        Assert.True(
                            point.X > face.Box.X0 && point.X < face.Box.X1 && point.Y > face.Box.Y0 && point.Y < face.Box.Y1,
                            $"{point} in {face.Box}"
                        )
                    );
                    var (right, left, nose) = (face.Landmarks[0], face.Landmarks[1], face.Landmarks[2]);
                    Assert.True(right.X < left.X && nose.Y > Math.Min(right.Y, left.Y), "the eyes stand side by side, the nose below");
                    Assert.InRange(face.Intensity, 0.4, 1);
                },
                iter: 300
            );

    [Fact]
    public void Draw_ARound_HasEveryExpressionOnce()
    {
        var faces = new SyntheticFaces(3, 16);

        var round = Enumerable.Range(70, 7).Select(index => faces.Draw(index).Expression.ToString().ToLowerInvariant());

        Assert.Equal(["anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise"], round);
        Assert.Equal(SyntheticFaces.Classes, round);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(1025)]
    public void Construction_ImpossibleSize_NamesIt(int size) =>
        Assert.Contains(
            $"{size}",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SyntheticFaces(0, size)).Message,
            StringComparison.Ordinal
        );
}
