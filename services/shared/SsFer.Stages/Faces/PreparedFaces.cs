using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Stages.Faces;

/// <summary>
/// One version of a prepared dataset, or one split of it, as faces to learn from. What is held per face is a few numbers; pixels are
/// read when asked for.
/// </summary>
public sealed class PreparedFaces : IFaceSource, IDisposable
{
    private readonly DatasetReader _reader;
    private readonly DecodedFaces _pixels;
    private readonly List<Face> _faces = [];
    private readonly List<string> _leftOut = [];
    private readonly SortedDictionary<string, int[]> _labelsByRule = new(StringComparer.Ordinal);
    private readonly Action? _onRead;

    private PreparedFaces(DatasetReader reader, DecodedFaces pixels, Action? onRead)
    {
        _onRead = onRead;
        _reader = reader;
        _pixels = pixels;
    }

    public DatasetManifest Manifest => _reader.Manifest;

    public int Count => _faces.Count;

    /// <summary>Keys of the faces that were left out because their pictures have the pixels of held-out ones.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Opens the faces of a split, or all.</summary>
    /// <param name="store">Where the dataset is.</param>
    /// <param name="reference">Name, version and, where only one is wanted, split.</param>
    /// <param name="cache">Holds fetched shards and decoded faces.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="PermanentStageException">The version is not one of prepared faces, or is damaged; the message names the
    /// picture or file.</exception>
    public static Task<PreparedFaces> OpenAsync(
        IArtifactStore store,
        DatasetReference reference,
        CacheSpace cache,
        CancellationToken cancellationToken
    ) => OpenAsync(store, reference, HeldOutPixelHashes.None, cache, onRead: null, cancellationToken);

    /// <summary>Opens the faces of a split, or all, for a stage that shows with every face that is decoded or read that it lives.</summary>
    /// <exception cref="PermanentStageException">The version is not one of prepared faces, or is damaged; the message names the
    /// picture or file.</exception>
    public static Task<PreparedFaces> OpenAsync(
        StageEnvironment environment,
        DatasetReference reference,
        CancellationToken cancellationToken
    ) => OpenAsync(environment, reference, HeldOutPixelHashes.None, cancellationToken);

    /// <summary>The same without those faces whose pictures are held out.</summary>
    internal static Task<PreparedFaces> OpenAsync(
        StageEnvironment environment,
        DatasetReference reference,
        HeldOutPixelHashes heldOut,
        CancellationToken cancellationToken
    ) => OpenAsync(environment.Store, reference, heldOut, environment.Cache, environment.Observer.Working, cancellationToken);

    private static async Task<PreparedFaces> OpenAsync(
        IArtifactStore store,
        DatasetReference reference,
        HeldOutPixelHashes heldOut,
        CacheSpace cache,
        Action? onRead,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await OpenSoundAsync(store, reference, heldOut, cache, onRead, cancellationToken);
        }
        catch (Exception fault) when (fault is UnreadablePictureException or UnusableArtifactException)
        {
            throw new PermanentStageException($"{reference} cannot be used: {fault.Message}", fault);
        }
    }

    public PlanarImage Read(int index)
    {
        _onRead?.Invoke();
        return _pixels.Read(_faces[index].Position);
    }

    public FaceBox? BoxOf(int index) => _faces[index].Box;

    public int LabelOf(int index) => _faces[index].Label;

    public ReadOnlyMemory<int> VotesOf(int index) => _faces[index].Votes;

    /// <summary>
    /// Classes by each rule the dataset knows (plurality, majority), -1 where the rule drops the face; empty for most datasets.
    /// </summary>
    public IReadOnlyDictionary<string, int[]> LabelsByRule => _labelsByRule;

    /// <summary>Whether the face repeats another one's pixels.</summary>
    public bool IsDuplicate(int index) => _faces[index].IsDuplicate;

    /// <summary>Key of the face in its dataset.</summary>
    public string KeyOf(int index) => _faces[index].Key;

    /// <summary>Indices of the faces that have a label.</summary>
    public IReadOnlyList<int> Labelled() => [.. Enumerable.Range(0, Count).Where(index => _faces[index].Label >= 0)];

    public void Dispose()
    {
        _pixels.Dispose();
        _reader.Dispose();
    }

    private static async Task<PreparedFaces> OpenSoundAsync(
        IArtifactStore store,
        DatasetReference reference,
        HeldOutPixelHashes heldOut,
        CacheSpace cache,
        Action? onRead,
        CancellationToken cancellationToken
    )
    {
        var reader = await DatasetReader.OpenAsync(store, reference.Name, reference.Version, cache, cancellationToken);
        DecodedFaces? pixels = null;
        try
        {
            if (reader.Manifest is not { Kind: DatasetKind.Prepared, Size: { } size })
            {
                throw new PermanentStageException(
                    $"{reference} holds raw pictures: prepare them first with ssfer data prepare {reference.Name}"
                );
            }

            pixels = await DecodedFaces.OpenAsync(reader, size, cache, onRead, cancellationToken);
            var faces = new PreparedFaces(reader, pixels, onRead);
            await faces.ReadAsync(reference.Split, heldOut, size, cancellationToken);
            return faces;
        }
        catch
        {
            pixels?.Dispose();
            reader.Dispose();
            throw;
        }
    }

    private async Task ReadAsync(string? split, HeldOutPixelHashes heldOut, int size, CancellationToken cancellationToken)
    {
        var classes = Manifest
            .Classes.Select((name, index) => (name, index))
            .ToDictionary(pair => pair.name, pair => pair.index, StringComparer.Ordinal);
        var byRule = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        await foreach (var entry in _reader.EntriesAsync(cancellationToken))
        {
            var item = entry.Item;
            if (split is not null && item.Split != split)
            {
                continue;
            }

            if (heldOut.Contain(item))
            {
                _leftOut.Add(item.Key);
                continue;
            }

            foreach (var (rule, label) in item.LabelsByRule ?? new Dictionary<string, string?>())
            {
                if (!byRule.TryGetValue(rule, out var labels))
                {
                    byRule[rule] = labels = [];
                }

                labels.AddRange(Enumerable.Repeat(-1, Count - labels.Count));
                labels.Add(ClassOf(label));
            }

            _faces.Add(
                new Face(
                    entry.Position,
                    item.Key,
                    ClassOf(item.Label),
                    FaceBox.OfNumbers(item.Box)?.InUnitsOf(size, size),
                    item.DuplicateOf is not null,
                    VotesOf(item)
                )
            );
        }

        foreach (var (rule, labels) in byRule)
        {
            _labelsByRule[rule] = [.. labels, .. Enumerable.Repeat(-1, Count - labels.Count)];
        }

        ReadOnlyMemory<int> VotesOf(DatasetItem item)
        {
            int[] counts = [.. Manifest.Classes.Select(name => item.Votes?.GetValueOrDefault(name) ?? 0)];
            return counts.Any(count => count > 0) ? counts : default;
        }

        int ClassOf(string? label) => label is not null && classes.TryGetValue(label, out var index) ? index : -1;
    }

    /// <param name="Position">Of its picture, see <see cref="DatasetEntry.Position"/>.</param>
    /// <param name="Key">In the dataset.</param>
    /// <param name="Label">Index of the class; -1 without one.</param>
    /// <param name="Box">As a share of the side; null where no face was found.</param>
    /// <param name="IsDuplicate">Whether it repeats another one's pixels.</param>
    /// <param name="Votes">By class; empty where nobody voted for one.</param>
    private readonly record struct Face(int Position, string Key, int Label, FaceBox? Box, bool IsDuplicate, ReadOnlyMemory<int> Votes);
}
