using CsCheck;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Tests.Imaging;

public sealed class PictureTests
{
    [Fact]
    public void Pixels_OfAnotherLength_AreRefused() => Assert.Throws<ArgumentException>(() => new Picture(2, 2, new byte[11]));

    [Fact]
    public void Png_OfAGreyPicture_HasOneChannel()
    {
        var grey = Made.From(9, 9, (x, y) => ((byte)(x * y), (byte)(x * y), (byte)(x * y)));
        var bytes = grey.EncodePng();
        Assert.Equal(1, PictureFile.Open(bytes, "x.png", ImageBudget.Default).Header.Bands);
        Assert.Equal(grey.PixelHash(), new PictureDecoder().Decode(bytes, "x.png").PixelHash());
    }

    [Fact]
    public void Png_OfTheSamePixels_HasTheSameBytes() => Assert.Equal(Made.Gradient(40, 30).EncodePng(), Made.Gradient(40, 30).EncodePng());

    [Fact]
    public void PixelHash_OfOtherSidesWithTheSameBytes_Differs() =>
        Assert.NotEqual(new Picture(4, 2, new byte[24]).PixelHash(), new Picture(2, 4, new byte[24]).PixelHash());

    [Fact]
    public void PixelHash_IsSha256OfSizeAndPixels() => // printf '\1\0\0\0\1\0\0\0\1\2\3' | sha256sum
        Assert.Equal("a4d3750cd606e63d8352d550ffe954594f01d109b77e67b5460751a37a2a8941", new Picture(1, 1, [1, 2, 3]).PixelHash());

    [Fact]
    public void Resize_ToTheSameSize_IsTheSamePicture()
    {
        var picture = Made.Gradient(10, 20);
        Assert.Same(picture, picture.Resize(10, 20));
    }

    [Theory]
    [InlineData(7, 301)]
    [InlineData(1, 1)]
    [InlineData(48, 48)]
    public void Resize_ToAnySize_HasExactlyThatSize(int width, int height)
    {
        var resized = Made.Gradient(129, 67).Resize(width, height);
        Assert.Equal((width, height), (resized.Width, resized.Height));
    }

    [Fact]
    public void Resize_Down_WeighsEveryPixel()
    {
        // One column in eight is white: nearest or plain bicubic sampling would give 0 or 255, a mean gives 32.
        var stripes = Made.From(512, 64, (x, _) => x % 8 == 3 ? ((byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0));
        var small = stripes.Resize(32, 4);
        for (var x = 2; x < 30; x++)
        {
            Assert.InRange(small.Pixels[x * 3], 24, 40);
        }
    }

    [Fact]
    public void Resize_ToAnySize_MovesNothing() =>
        Gen.Select(Gen.Int[24, 300], Gen.Int[24, 300])
            .Sample(
                (width, height) =>
                {
                    // A disc keeps its centre (41, 55) in the coordinates of the picture, larger or smaller.
                    var disc = Made.From(100, 100, (x, y) =>
                        Math.Pow(x + 0.5 - 41, 2) + Math.Pow(y + 0.5 - 55, 2) < 225
                            ? ((byte)255, (byte)255, (byte)255)
                            : ((byte)0, (byte)0, (byte)0)
                    );
                    var resized = disc.Resize(width, height);
                    var (mass, momentX, momentY) = (0.0, 0.0, 0.0);
                    for (var y = 0; y < height; y++)
                    {
                        for (var x = 0; x < width; x++)
                        {
                            double weight = resized.Pixels[(y * width + x) * 3];
                            (mass, momentX, momentY) = (mass + weight, momentX + weight * (x + 0.5), momentY + weight * (y + 0.5));
                        }
                    }

                    Assert.Equal(0.41 * width, momentX / mass, 0.1);
                    Assert.Equal(0.55 * height, momentY / mass, 0.1);
                },
                iter: 30
            );

    [Fact]
    public void Resize_OfOneColour_KeepsItToTheEdge()
    {
        var resized = Made.From(48, 48, (_, _) => (200, 100, 50)).Resize(128, 31);
        for (var i = 0; i < resized.Pixels.Length; i += 3)
        {
            Assert.Equal([200, 100, 50], resized.Pixels.Slice(i, 3).ToArray());
        }
    }

    [Fact]
    public void Crop_OfAPart_HasItsPixels()
    {
        var part = Made.From(10, 10, (x, y) => ((byte)x, (byte)y, 0)).Crop(3, 4, 2, 5);
        Assert.Equal((2, 5), (part.Width, part.Height));
        Assert.Equal([4, 8, 0], part.Pixels[^3..].ToArray());
    }

    [Fact]
    public void Crop_BeyondTheEdge_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Made.Gradient(10, 10).Crop(5, 5, 6, 5));
}
