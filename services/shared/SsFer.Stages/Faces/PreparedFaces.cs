using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Vision.Imaging;

namespace SsFer.Stages.Faces;

/// <summary>
/// One version of a prepared dataset, or one split of it, as faces to learn from. What is held per face is a few numbers; pixels are
/// read when asked for.
/// </summary>
public sealed class PreparedFaces : IFaceSource, IDisposable
{
    private readonly DatasetReader _reader;
    private readonly DecodedFaces _pixels;
    private readonly List<int> _positions = [];
    private readonly List<int> _labels = [];
    private readonly List<FaceBox?> _boxes = [];
    private readonly List<bool> _duplicates = [];
    private readonly List<string> _keys = [];
    private readonly SortedDictionary<string, int[]> _labelsByRule = new(StringComparer.Ordinal);

    private PreparedFaces(DatasetReader reader, DecodedFaces pixels)
    {
        _reader = reader;
        _pixels = pixels;
    }

    public DatasetManifest Manifest => _reader.Manifest;

    public int Count => _positions.Count;

    /// <summary>Faces of the split that were left out because their pictures have the pixels of held-out ones.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Opens the faces of a split, or all.</summary>
    /// <param name="store">Where the dataset is.</param>
    /// <param name="reference">Name, version and, where only one is wanted, split.</param>
    /// <param name="cache">Holds fetched shards and decoded faces.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="PermanentStageException">The version is not one of prepared faces, or is damaged; the message names the picture or file.</exception>
    public static Task<PreparedFaces> OpenAsync(IArtifactStore store, DatasetReference reference, CacheSpace cache, CancellationToken cancellationToken) =>
        OpenAsync(store, reference, HeldOutPixels.None, cache, cancellationToken);

    /// <summary>Opens the faces of a split, or all, without those whose pictures are held out.</summary>
    /// <exception cref="PermanentStageException">The version is not one of prepared faces, or is damaged; the message names the picture or file.</exception>
    internal static async Task<PreparedFaces> OpenAsync(
        IArtifactStore store, DatasetReference reference, HeldOutPixels heldOut, CacheSpace cache, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenSoundAsync(store, reference, heldOut, cache, cancellationToken);
        }
        catch (Exception fault) when (fault is UnreadablePictureException or CorruptArtifactException or ArtifactNotFoundException)
        {
            throw new PermanentStageException($"{reference} cannot be used: {fault.Message}", fault);
        }
    }

    public PlanarImage Read(int index) => _pixels.Read(_positions[index]);

    public FaceBox? BoxOf(int index) => _boxes[index];

    public int LabelOf(int index) => _labels[index];

    /// <summary>Classes by each rule the dataset knows (plurality, majority), -1 where the rule drops the face; empty for most datasets.</summary>
    public IReadOnlyDictionary<string, int[]> LabelsByRule => _labelsByRule;

    /// <summary>Whether the face repeats another one's pixels.</summary>
    public bool IsDuplicate(int index) => _duplicates[index];

    /// <summary>Key of the face in its dataset.</summary>
    public string KeyOf(int index) => _keys[index];

    /// <summary>Indices of the faces that have a label.</summary>
    public IReadOnlyList<int> Labelled() => [.. Enumerable.Range(0, Count).Where(index => _labels[index] >= 0)];

    public void Dispose()
    {
        _pixels.Dispose();
        _reader.Dispose();
    }

    private static async Task<PreparedFaces> OpenSoundAsync(
        IArtifactStore store, DatasetReference reference, HeldOutPixels heldOut, CacheSpace cache, CancellationToken cancellationToken)
    {
        var reader = await DatasetReader.OpenAsync(store, reference.Name, reference.Version, cache, cancellationToken);
        DecodedFaces? pixels = null;
        try
        {
            if (reader.Manifest is not { Kind: DatasetKind.Prepared, Size: { } size })
                throw new PermanentStageException($"{reference} holds raw pictures: prepare them first with ssfer data prepare {reference.Name}");
            pixels = await DecodedFaces.OpenAsync(reader, size, cache, cancellationToken);
            var faces = new PreparedFaces(reader, pixels);
            var classes = reader.Manifest.Classes.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => pair.index, StringComparer.Ordinal);
            int ClassOf(string? label) => label is not null && classes.TryGetValue(label, out int index) ? index : -1;
            var byRule = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
            int position = -1;
            await foreach (var entry in reader.EntriesAsync(cancellationToken))
            {
                position++;
                var item = entry.Item;
                if (reference.Split is { } split && item.Split != split)
                    continue;
                if (heldOut.Contain(item))
                {
                    faces.LeftOut++;
                    continue;
                }

                foreach (var (rule, label) in item.LabelsByRule ?? new Dictionary<string, string?>())
                {
                    if (!byRule.TryGetValue(rule, out var labels))
                        byRule[rule] = labels = [];
                    labels.AddRange(Enumerable.Repeat(-1, faces.Count - labels.Count));
                    labels.Add(ClassOf(label));
                }

                faces._positions.Add(position);
                faces._labels.Add(ClassOf(item.Label));
                faces._boxes.Add(FaceBox.FromPixels(item.Box, size, size));
                faces._duplicates.Add(item.DuplicateOf is not null);
                faces._keys.Add(item.Key);
            }

            foreach (var (rule, labels) in byRule)
                faces._labelsByRule[rule] = [.. labels, .. Enumerable.Repeat(-1, faces.Count - labels.Count)];
            return faces;
        }
        catch
        {
            pixels?.Dispose();
            reader.Dispose();
            throw;
        }
    }
}
