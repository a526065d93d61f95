using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Alignment;

/// <summary>Many pictures on one, in rows, each with its boxes and points drawn in.</summary>
public static class ContactSheet
{
    private const int Gap = 2;
    private static readonly (byte R, byte G, byte B) BoxColour = (0, 255, 64);
    private static readonly (byte R, byte G, byte B) PointColour = (255, 64, 0);

    /// <summary>Draws the tiles from the left, row after row, each fitted into a square of <paramref name="tile"/> pixels.</summary>
    /// <param name="tiles">At least one.</param>
    /// <param name="columns">Tiles in a row.</param>
    /// <param name="tile">Side of a tile in pixels.</param>
    /// <param name="caption">Height of what is left free under each tile, in pixels.</param>
    public static Picture Draw(IReadOnlyList<ContactTile> tiles, int columns, int tile, int caption = 0)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        ArgumentOutOfRangeException.ThrowIfZero(tiles.Count, nameof(tiles));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tile);
        ArgumentOutOfRangeException.ThrowIfNegative(caption);
        var rows = (tiles.Count + columns - 1) / columns;
        var sheet = new Sheet(Math.Min(columns, tiles.Count) * (tile + Gap) + Gap, rows * (tile + caption + Gap) + Gap);
        for (var i = 0; i < tiles.Count; i++)
        {
            var placement = CanvasPlacement.Centred(tiles[i].Picture.Width, tiles[i].Picture.Height, tile, tile, share: 1);
            var (left, top) = PlaceOf(i, columns, tile, caption);
            sheet.Paste(tiles[i].Picture.Resize(placement.Width, placement.Height), left + placement.Left, top + placement.Top);
            var area = new Area(left, top, left + tile - 1, top + tile - 1);
            foreach (var box in tiles[i].Boxes)
            {
                sheet.Outline(placement.ToCanvas(box), area, BoxColour);
            }

            foreach (var point in tiles[i].Points)
            {
                sheet.Dot(placement.ToCanvas(point), area, PointColour);
            }
        }
        return sheet.ToPicture();
    }

    /// <summary>Where a tile begins on the sheet, in pixels; its caption begins a tile's side further down.</summary>
    public static (int Left, int Top) PlaceOf(int index, int columns, int tile, int caption) =>
        (index % columns * (tile + Gap) + Gap, index / columns * (tile + caption + Gap) + Gap);

    /// <summary>The pixels a tile may paint, both corners included.</summary>
    private readonly record struct Area(int Left, int Top, int Right, int Bottom);

    private sealed class Sheet(int width, int height)
    {
        private readonly byte[] _pixels = new byte[width * height * 3];

        public Picture ToPicture() => new(width, height, _pixels);

        public void Paste(Picture picture, int left, int top)
        {
            for (var y = 0; y < picture.Height; y++)
            {
                picture.Pixels.Slice(y * picture.Width * 3, picture.Width * 3).CopyTo(_pixels.AsSpan(((top + y) * width + left) * 3));
            }
        }

        public void Outline(FaceBox box, Area area, (byte R, byte G, byte B) colour)
        {
            var (x0, y0, x1, y1) = (
                Pixel(box.X0 + area.Left),
                Pixel(box.Y0 + area.Top),
                Pixel(box.X1 + area.Left) - 1,
                Pixel(box.Y1 + area.Top) - 1
            );
            for (var x = Math.Max(x0, area.Left); x <= Math.Min(x1, area.Right); x++)
            {
                foreach (var y in (int[])[y0, y1])
                {
                    Set(x, y, area, colour);
                }
            }

            for (var y = Math.Max(y0, area.Top); y <= Math.Min(y1, area.Bottom); y++)
            {
                foreach (var x in (int[])[x0, x1])
                {
                    Set(x, y, area, colour);
                }
            }
        }

        public void Dot(Landmark point, Area area, (byte R, byte G, byte B) colour)
        {
            var (left, top) = (Pixel(point.X + area.Left - 1), Pixel(point.Y + area.Top - 1));
            for (var y = top; y < top + 2; y++)
            {
                for (var x = left; x < left + 2; x++)
                {
                    Set(x, y, area, colour);
                }
            }
        }

        private void Set(int x, int y, Area area, (byte R, byte G, byte B) colour)
        {
            if (x < area.Left || x > area.Right || y < area.Top || y > area.Bottom)
            {
                return;
            }

            (_pixels[(y * width + x) * 3], _pixels[(y * width + x) * 3 + 1], _pixels[(y * width + x) * 3 + 2]) = colour;
        }

        private static int Pixel(float coordinate) => (int)MathF.Round(coordinate);
    }
}

/// <summary>One picture of a <see cref="ContactSheet"/>; boxes and points in pixels of that picture.</summary>
public sealed record ContactTile(Picture Picture)
{
    public IReadOnlyList<FaceBox> Boxes { get; init; } = [];

    public IReadOnlyList<Landmark> Points { get; init; } = [];
}
