using SsFer.Artifacts.Datasets;
using SsFer.Faces.Alignment;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;

namespace SsFer.Cli.Commands.Data;

/// <summary>A contact sheet of pictures taken evenly from a whole version.</summary>
internal static class DatasetSheet
{
    private const int Columns = 10;
    private const int Tiles = 100;
    private const int TileSide = 96;

    public static async Task WriteAsync(
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
        var tiles = new List<ContactTile>();
        var index = 0L;
        await foreach (var entry in reader.EntriesAsync(cancellationToken))
        {
            var isTaken = index * Tiles / total != (index - 1) * Tiles / total || index == 0;
            index++;
            if (isTaken)
            {
                tiles.Add(Tile(reader, decoder, entry));
            }
        }

        await File.WriteAllBytesAsync(file, ContactSheet.Draw(tiles, Columns, TileSide).EncodePng(), cancellationToken);
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
            Boxes = entry.Item.Box is [var x0, var y0, var x1, var y1] ? [new FaceBox(x0 * x, y0 * y, x1 * x, y1 * y)] : [],
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
