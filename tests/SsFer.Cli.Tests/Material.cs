using System.IO.Compression;
using NetVips;
using SsFer.Faces.Imaging;

namespace SsFer.Cli.Tests;

/// <summary>A folder for one test, and miniatures to import from it.</summary>
internal sealed class Material : IDisposable
{
    public const string VotesHeader = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF";

    public string Root { get; } = Directory.CreateTempSubdirectory("ssfer-cli-").FullName;

    /// <summary>Folder of the real faces; skips the test where there is none.</summary>
    public static string RealData => Testing.RealData.Folder;

    /// <summary>A grey ramp of <paramref name="side"/> pixels that differs for every <paramref name="seed"/> below 200.</summary>
    public static byte[] Png(int seed, int side = 48) =>
        new Picture(
            side,
            side,
            [.. Enumerable.Range(0, side * side).SelectMany(i => Enumerable.Repeat((byte)(seed + i % 50), 3))]
        ).EncodePng();

    /// <summary>A picture that does not compress.</summary>
    public static byte[] NoisePng(int seed, int side)
    {
        var pixels = new byte[side * side * 3];
        new Random(seed).NextBytes(pixels);
        return new Picture(side, side, pixels).EncodePng();
    }

    /// <summary>A decompression bomb: 81 million pixels in a file of less than a mebibyte.</summary>
    public static byte[] Bomb()
    {
        using var black = Image.Black(9000, 9000);
        return black.PngsaveBuffer(compression: 9);
    }

    public string Write(string name, byte[] content)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>
    /// FERPlus in small: eight pictures of train and two of validation in <c>images/</c>, one of them twice, and their
    /// <c>votes.csv</c>.
    /// </summary>
    public void WriteFerPlus()
    {
        var rows = new List<string> { VotesHeader };
        for (var i = 0; i < 10; i++)
        {
            // The last picture of validation has the pixels of the first of train.
            Write($"images/fer{i:0000000}.png", Png(i == 9 ? 0 : 10 * i));
            rows.Add($"{(i < 8 ? "Training" : "PublicTest")},fer{i:0000000}.png,{(i % 2 == 0 ? "10,0" : "0,10")},0,0,0,0,0,0,0,0");
        }

        File.WriteAllLines(Path.Combine(Root, "votes.csv"), rows);
    }

    /// <summary>An archive of many equal pictures: quick to write, long to import.</summary>
    public string WriteLongZip(int entries)
    {
        var path = Path.Combine(Root, "long.zip");
        var picture = NoisePng(1, 160);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        for (var i = 0; i < entries; i++)
        {
            using var stream = archive.CreateEntry($"{i:00000}.png", CompressionLevel.NoCompression).Open();
            stream.Write(picture);
        }

        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
