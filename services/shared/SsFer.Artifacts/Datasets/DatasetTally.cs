namespace SsFer.Artifacts.Datasets;

/// <summary>What a writer knows of the pictures it took: enough to describe the version, or to go on where a sealed shard ends.</summary>
internal sealed class DatasetTally
{
    private readonly SortedDictionary<string, SortedDictionary<string, int>> _counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _voted = new(StringComparer.Ordinal);
    private readonly List<RejectedItem> _rejected = [];
    private readonly List<ShardInfo> _shards = [];
    private int _rejectedInSeals;

    public IReadOnlyList<ShardInfo> Shards => _shards;

    public IReadOnlyList<RejectedItem> Rejected => _rejected;

    /// <summary>Key of the last picture; null before the first.</summary>
    public string? LastKey { get; private set; }

    public int Added { get; private set; }

    public void Add(DatasetItem item)
    {
        Count(item.Split, item.Label ?? "", 1);
        if (item is { Label: not null, Votes: not null })
        {
            _voted[item.Split] = _voted.GetValueOrDefault(item.Split) + 1;
        }

        LastKey = item.Key;
    }

    public void Reject(RejectedItem item) => _rejected.Add(item);

    public void Add(ShardInfo shard) => _shards.Add(shard);

    /// <summary>All that was taken since the seal before; the last shard added is the one it closes.</summary>
    public ShardSeal Seal()
    {
        var seal = new ShardSeal(_shards[^1], LastKey!, Counts(), [.. _rejected[_rejectedInSeals..]]) { Voted = Voted() };
        _rejectedInSeals = _rejected.Count;
        return seal;
    }

    /// <summary>Takes over what was known when a shard was sealed; seals come in their order.</summary>
    public void Restore(ShardSeal seal)
    {
        _shards.Add(seal.Shard);
        _rejected.AddRange(seal.Rejected);
        _rejectedInSeals = _rejected.Count;
        LastKey = seal.LastKey;
        _counts.Clear();
        _voted.Clear();
        foreach (var (split, count) in seal.Voted ?? new Dictionary<string, int>())
        {
            _voted[split] = count;
        }

        Added = 0;
        foreach (var (split, perClass) in seal.Counts)
        {
            foreach (var (name, count) in perClass)
            {
                Count(split, name, count);
            }
        }
    }

    public DatasetManifest Describe(DatasetDraft draft, IReadOnlyDictionary<string, string> provenance)
    {
        var how = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in draft.Provenance.Concat(provenance))
        {
            how[key] = value;
        }

        var manifest = new DatasetManifest
        {
            Name = draft.Name,
            Version = "",
            Kind = draft.Kind,
            Size = draft.Size,
            Classes = [.. draft.Classes.Where(name => !draft.OnlyUsedClasses || _counts.Values.Any(counts => counts.ContainsKey(name)))],
            Shards = [.. _shards],
            Counts = Counts(),
            Voted = Voted(),
            Rejected =
            [
                .. _rejected.OrderBy(item => item.Source, StringComparer.Ordinal).ThenBy(item => item.Reason, StringComparer.Ordinal),
            ],
            Provenance = how,
        };
        return manifest with { Version = DatasetLayout.VersionOf(manifest) };
    }

    private void Count(string split, string name, int count)
    {
        if (!_counts.TryGetValue(split, out var perClass))
        {
            _counts.Add(split, perClass = new SortedDictionary<string, int>(StringComparer.Ordinal));
        }

        perClass[name] = perClass.GetValueOrDefault(name) + count;
        Added += count;
    }

    private SortedDictionary<string, int>? Voted() => _voted.Count == 0 ? null : new(_voted, StringComparer.Ordinal);

    // Copies: a seal and a manifest stay as they are while the counting goes on.
    private SortedDictionary<string, IReadOnlyDictionary<string, int>> Counts() =>
        new(
            _counts.ToDictionary(
                split => split.Key,
                IReadOnlyDictionary<string, int> (split) => new SortedDictionary<string, int>(split.Value, StringComparer.Ordinal)
            ),
            StringComparer.Ordinal
        );
}
