using SsFer.Faces.Alignment;
using SsFer.Faces.Detection;
using SsFer.Faces.Tests.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Tests.Alignment;

public sealed class ContactSheetTests
{
    [Fact]
    public void Draw_FiveTilesInRowsOfThree_MakesTwoRows()
    {
        var tiles = Enumerable.Repeat(new ContactTile(Made.Gradient(40, 20)), 5).ToList();
        var sheet = ContactSheet.Draw(tiles, columns: 3, tile: 32);
        Assert.Equal((3 * 34 + 2, 2 * 34 + 2), (sheet.Width, sheet.Height));
    }

    [Fact]
    public void Draw_BoxBeyondThePicture_StaysInItsTile()
    {
        var black = Made.From(32, 32, (_, _) => (0, 0, 0));
        var tile = new ContactTile(black)
        {
            Boxes = [new FaceBox(-10, 8, 50, 24)],
            Points = [new Landmark(16, 16), new Landmark(-40, 900)],
        };
        var sheet = ContactSheet.Draw([tile, new ContactTile(black)], columns: 2, tile: 32);

        Assert.Equal([0, 255, 64], sheet.Pixels.Slice(((8 + 2) * sheet.Width + 10) * 3, 3).ToArray());
        Assert.Equal([0, 255, 64], sheet.Pixels.Slice(((23 + 2) * sheet.Width + 10) * 3, 3).ToArray());
        Assert.Equal([255, 64, 0], sheet.Pixels.Slice(((16 + 2) * sheet.Width + 16 + 2) * 3, 3).ToArray());
        for (var y = 0; y < sheet.Height; y++)
        {
            for (var x = 34; x < sheet.Width; x++)
            {
                Assert.Equal(0, sheet.Pixels[(y * sheet.Width + x) * 3 + 1]);
            }
        }
    }

    [Fact]
    public void Draw_Nothing_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Draw([], 3, 32));
}
