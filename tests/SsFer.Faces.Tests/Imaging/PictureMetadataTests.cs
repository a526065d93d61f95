using NetVips;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Tests.Imaging;

/// <summary>What a file tells beside its picture does not outlive it.</summary>
public sealed class PictureMetadataTests
{
    [Theory]
    [InlineData("jpeg", 1)]
    [InlineData("jpeg", 6)]
    [InlineData("png", 1)]
    [InlineData("webp", 1)]
    public void WithoutMetadata_OfAFileThatTellsALot_IsTheSamePictureAndTellsNothing(string format, int orientation)
    {
        var told = Made.Encode(Made.Gradient(90, 60), image =>
        {
            using var tagged = image.Mutate(mutable =>
            {
                mutable.Set(GValue.GIntType, "orientation", orientation);
                mutable.Set(GValue.GStrType, "exif-ifd0-Artist", "Jane Doe (Jane Doe, ASCII, 9 components, 9 bytes)");
                mutable.Set(GValue.GStrType, "xmp-comment", "Jane Doe");
            });
            return format switch
            {
                "jpeg" => tagged.JpegsaveBuffer(),
                "png" => tagged.PngsaveBuffer(),
                _ => tagged.WebpsaveBuffer(lossless: true),
            };
        });
        var decoder = new PictureDecoder();

        var bare = decoder.Open(told, "told").WithoutMetadata()!;

        Assert.True(told.AsSpan().IndexOf("Jane Doe"u8) >= 0, "libvips wrote no metadata: nothing was tried");
        Assert.Equal(-1, bare.AsSpan().IndexOf("Jane Doe"u8));
        var (before, after) = (decoder.Decode(told, "told"), decoder.Decode(bare, "bare"));
        Assert.Equal((before.Width, before.Height), (after.Width, after.Height));
        Assert.Equal(before.Pixels, after.Pixels);
        Assert.Equal(orientation > 4 ? 60 : 90, after.Width);
    }
}
