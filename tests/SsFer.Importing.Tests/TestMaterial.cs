using System.Buffers.Binary;
using System.IO.Compression;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;

namespace SsFer.Importing.Tests;

/// <summary>A folder of its own for one test, and miniatures to put into it.</summary>
internal sealed class TestMaterial : IDisposable
{
    public const string VotesHeader = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF";

    public string Root { get; } = Directory.CreateTempSubdirectory("ssfer-importing-").FullName;

    public static string RealData => Testing.RealData.Folder;

    /// <summary>A small grey ramp that differs for every <paramref name="seed"/> below 200.</summary>
    public static byte[] Png(int seed, int side = 8) =>
        new Picture(
            side,
            side,
            [.. Enumerable.Range(0, side * side).SelectMany(i => Enumerable.Repeat((byte)(seed + i % 50), 3))]
        ).EncodePng();

    /// <summary>Header of a PNG that announces 60,000 x 60,000 pixels, with nothing behind it.</summary>
    public static byte[] Bomb()
    {
        var png = Png(1);
        (png[18], png[19]) = (0xEA, 0x60); // IHDR: width in bytes 16-19, height in 20-23, big-endian
        (png[22], png[23]) = (0xEA, 0x60);
        var crc = Crc32(png.AsSpan(12, 17));
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), crc);
        return png;
    }

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    public string Write(string name, byte[] content)
    {
        var path = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Votes(params string[] rows)
    {
        var path = Path("votes.csv");
        File.WriteAllLines(path, [VotesHeader, .. rows]);
        return path;
    }

    public string Zip(string name, params (string Entry, byte[] Content)[] entries)
    {
        var path = Path(name);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (entry, content) in entries)
        {
            using var stream = archive.CreateEntry(entry).Open();
            stream.Write(content);
        }
        return path;
    }

    public async Task<List<(DatasetEntry Entry, byte[] Content)>> ReadAllAsync(
        IArtifactStore store,
        DatasetManifest manifest,
        CancellationToken cancellationToken
    )
    {
        using var reader = await DatasetReader.OpenAsync(store, manifest.Name, manifest.Version, Path("cache"), cancellationToken);
        var all = new List<(DatasetEntry, byte[])>();
        await foreach (var entry in reader.EntriesAsync(cancellationToken))
        {
            var content = new byte[entry.Length];
            reader.ReadImage(entry, content);
            all.Add((entry, content));
        }
        return all;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }
        return ~crc;
    }
}
