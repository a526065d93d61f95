using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;

namespace SsFer.FaceDetection.Tests;

/// <summary>A store of its own for one test, with one raw dataset in it.</summary>
internal sealed class TestDataset : IDisposable
{
    public const string Name = "faces";

    private readonly string _root = Directory.CreateTempSubdirectory("ssfer-preparing-").FullName;

    public TestDataset() => Store = new FolderArtifactStore(Path.Combine(_root, "store"));

    public FolderArtifactStore Store { get; }

    public string CacheDirectory => Path.Combine(_root, "cache");

    public PrepareDataset Preparation => new(Store, CacheDirectory);

    /// <summary>A picture with no face in it, different for every <paramref name="seed"/>.</summary>
    public static byte[] Pattern(int width, int height, int seed = 0) =>
        new Picture(
            width,
            height,
            [.. Enumerable.Range(0, width * height).SelectMany(i => Enumerable.Repeat((byte)(seed + i / width), 3))]
        ).EncodePng();

    /// <summary>Where a file of material for an import stands, or is to stand.</summary>
    public string Material(string name) => Path.Combine(_root, name);

    /// <summary>Writes a file of material.</summary>
    public string Write(string name, byte[] content)
    {
        var path = Material(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public async Task ImportAsync(IEnumerable<(DatasetItem Item, byte[] Encoded)> pictures, CancellationToken cancellationToken)
    {
        var draft = new DatasetDraft
        {
            Name = Name,
            Kind = DatasetKind.Raw,
            Classes = ["happiness", "neutral"],
        };
        await using var writer = DatasetWriter.Create(Store, draft);
        foreach (var (item, encoded) in pictures)
        {
            await writer.AddAsync(item, encoded, "png", cancellationToken);
        }

        await new DatasetCatalog(Store).PublishAsync(
            await writer.CompleteAsync(new Dictionary<string, string>(), cancellationToken),
            cancellationToken
        );
    }

    public Task ImportAsync(CancellationToken cancellationToken, params (string Key, byte[] Encoded, string? Label)[] pictures) =>
        ImportAsync(pictures.Select(picture => (Item(picture.Key) with { Label = picture.Label }, picture.Encoded)), cancellationToken);

    public static DatasetItem Item(string key) =>
        new()
        {
            Key = key,
            Split = "train",
            Source = $"set.zip/{key}.png",
        };

    public async Task<List<(DatasetItem Item, Picture Picture)>> ReadAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        using var reader = await DatasetReader.OpenAsync(Store, manifest.Name, manifest.Version, CacheDirectory, cancellationToken);
        var all = new List<(DatasetItem, Picture)>();
        await foreach (var entry in reader.EntriesAsync(cancellationToken))
        {
            var content = new byte[entry.Length];
            reader.ReadImage(entry, content);
            all.Add((entry.Item, new PictureDecoder().Decode(content, entry.Item.Key)));
        }
        return all;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
