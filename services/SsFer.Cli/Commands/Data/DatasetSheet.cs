using SkiaSharp;
using SsFer.Artifacts.Datasets;
using SsFer.Cli.Drawing;
using SsFer.Cli.Terminal;
using SsFer.Faces.Alignment;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Data;

/// <summary>A contact sheet of pictures taken evenly from a whole version, each over its name and its class.</summary>
internal static class DatasetSheet
{
    private const int Columns = 10;
    private const int Tiles = 100;
    private const int TileSide = 112;
    private const int Caption = 32;
    private const int Header = 30;
    private const float Letters = 7;
    private static readonly SKColor Ground = SKColors.Black;
    private static readonly SKColor Ink = new(0xFFE8EAEE);
    private static readonly SKColor Muted = new(0xFFA0A7B4);

    /// <returns>How many of the version's pictures are drawn, as <c>100 of 306 pictures</c>.</returns>
    public static async Task<string> WriteAsync(
        CommandSession session,
        string name,
        string version,
        string file,
        CancellationToken cancellationToken
    )
    {
        using var reader = await DatasetReader.OpenAsync(session.Store, name, version, session.CacheDirectory, cancellationToken);
        var decoder = new PictureDecoder();
        long total = reader.Manifest.Pictures;
        var tiles = new List<(ContactTile Tile, DatasetItem Item)>();
        var index = 0L;
        await foreach (var entry in reader.EntriesAsync(cancellationToken))
        {
            var isTaken = index * Tiles / total != (index - 1) * Tiles / total || index == 0;
            index++;
            if (isTaken)
            {
                tiles.Add((Tile(reader, decoder, entry), entry.Item));
            }
        }

        var shown = $"{ProgressText.Count(tiles.Count)} of {ProgressText.Count(total)} pictures";
        await File.WriteAllBytesAsync(file, Draw(tiles, $"{name}: {shown}"), cancellationToken);
        return shown;
    }

    private static byte[] Draw(List<(ContactTile Tile, DatasetItem Item)> tiles, string title)
    {
        var sheet = ContactSheet.Draw([.. tiles.Select(pair => pair.Tile)], Columns, TileSide, Caption);
        var width = Math.Max(sheet.Width, (int)StrokeFont.Width(title, 2 * Letters) + (2 * Header));
        using var surface = SKSurface.Create(new SKImageInfo(width, sheet.Height + Header, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(Ground);
        using (var bitmap = SkiaPicture.ToBitmap(sheet))
        {
            surface.Canvas.DrawBitmap(bitmap, 0, Header);
        }

        StrokeFont.Write(surface.Canvas, title, new SKPoint(Letters, Header - Letters), 2 * Letters, Ink);
        for (var i = 0; i < tiles.Count; i++)
        {
            var (left, top) = ContactSheet.PlaceOf(i, Columns, TileSide, Caption);
            var line = Header + top + TileSide + 2 * Letters;
            Write(tiles[i].Item.Source, left, line, Muted);
            Write(tiles[i].Item.Label ?? "(unlabelled)", left, line + 2 * Letters, Ink);
        }

        return SkiaPicture.ToPng(surface);

        void Write(string text, float left, float baseline, SKColor colour) =>
            StrokeFont.Write(
                surface.Canvas,
                StrokeFont.Fit(text, Letters, TileSide - Letters),
                new SKPoint(left + 2, baseline),
                Letters,
                colour
            );
    }

    private static ContactTile Tile(DatasetReader reader, PictureDecoder decoder, DatasetEntry entry)
    {
        var encoded = new byte[entry.Length];
        reader.ReadImage(entry, encoded);
        var picture = decoder.Decode(encoded, entry.Item.Source);
        // A hundred whole photographs would be gigabytes.
        var scale = Math.Min(1f, (float)TileSide / Math.Max(picture.Width, picture.Height));
        var (width, height) = (Scaled(picture.Width), Scaled(picture.Height));
        var (x, y) = ((float)width / picture.Width, (float)height / picture.Height);
        return new ContactTile(picture.Resize(width, height))
        {
            Boxes = FaceBox.OfNumbers(entry.Item.Box) is { } box ? [box.Scale(x, y)] : [],
            Points =
            [
                .. (entry.Item.Landmarks ?? [])
                    .Chunk(2)
                    .Where(point => point.Length == 2)
                    .Select(point => new Landmark(point[0] * x, point[1] * y)),
            ],
        };

        int Scaled(int side) => Math.Max(1, (int)MathF.Round(side * scale));
    }
}
