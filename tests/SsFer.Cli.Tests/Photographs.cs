using System.IO.Compression;
using SsFer.Faces.Imaging;

namespace SsFer.Cli.Tests;

/// <summary>Photographs with real faces on plain grey.</summary>
internal static class Photographs
{
    private const int Height = 320;

    /// <summary>A small face to the left, a large one to the right, on 640 x 320 pixels.</summary>
    public static byte[] OfTwoFaces() => Draw(face: 0, (100, 100, 120), (400, 70, 180));

    /// <summary>A face of another person for each number, away from the middle.</summary>
    public static byte[] OfOneFace(int number) => Draw(number, (80 + (30 * number), 60, 150));

    private static byte[] Draw(int face, params (int Left, int Top, int Side)[] places)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(Material.RealData, "lfw", "lfw-128.zip"));
        using var memory = new MemoryStream();
        using (var entry = zip.Entries.Where(entry => entry.Length > 0).ElementAt(face).Open())
        {
            entry.CopyTo(memory);
        }

        var picture = new PictureDecoder().Decode(memory.ToArray(), "face");
        byte[] pixels = [.. Enumerable.Repeat((byte)128, 2 * Height * Height * 3)];
        foreach (var (left, top, side) in places)
        {
            var sized = picture.Resize(side, side);
            for (var row = 0; row < side; row++)
            {
                sized.Pixels.Slice(row * side * 3, side * 3).CopyTo(pixels.AsSpan((((top + row) * 2 * Height) + left) * 3));
            }
        }

        return new Picture(2 * Height, Height, pixels).EncodePng();
    }
}
