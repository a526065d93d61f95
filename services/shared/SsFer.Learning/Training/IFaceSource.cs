using SsFer.Learning.Augmentation;
using SsFer.Recipes;

namespace SsFer.Learning.Training;

/// <summary>Faces to train on or to evaluate, by index. Thread-safe: loader threads read side by side.</summary>
public interface IFaceSource
{
    int Count { get; }

    /// <summary>The stored face.</summary>
    PlanarImage Read(int index);

    /// <summary>Its face box in units of the picture, or null where no face was found.</summary>
    FaceBox? BoxOf(int index);

    /// <summary>Its class, or -1 where unlabelled.</summary>
    int LabelOf(int index);

    /// <summary>
    /// Votes for each class, [classes], at least one of them for a class; empty where nobody voted, which is so unless told otherwise.
    /// </summary>
    ReadOnlyMemory<int> VotesOf(int index) => default;
}

/// <summary>Some faces of a source, in the order of their indices.</summary>
public sealed class FaceSubset(IFaceSource source, IReadOnlyList<int> indices) : IFaceSource
{
    public int Count => indices.Count;

    public PlanarImage Read(int index) => source.Read(indices[index]);

    public FaceBox? BoxOf(int index) => source.BoxOf(indices[index]);

    public int LabelOf(int index) => source.LabelOf(indices[index]);

    public ReadOnlyMemory<int> VotesOf(int index) => source.VotesOf(indices[index]);
}

/// <summary>Several sources one after the other.</summary>
public sealed class FaceUnion : IFaceSource
{
    private readonly IFaceSource[] _sources;
    private readonly int[] _starts;

    public FaceUnion(IReadOnlyList<IFaceSource> sources)
    {
        _sources = [.. sources];
        _starts = new int[_sources.Length];
        foreach (var i in Enumerable.Range(0, _sources.Length))
        {
            _starts[i] = Count;
            Count = checked(Count + _sources[i].Count);
        }
    }

    public int Count { get; }

    public PlanarImage Read(int index) => Locate(index, out var local).Read(local);

    public FaceBox? BoxOf(int index) => Locate(index, out var local).BoxOf(local);

    public int LabelOf(int index) => Locate(index, out var local).LabelOf(local);

    public ReadOnlyMemory<int> VotesOf(int index) => Locate(index, out var local).VotesOf(local);

    private IFaceSource Locate(int index, out int local)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var source = Array.FindLastIndex(_starts, start => start <= index);
        while (_sources[source].Count == 0)
        {
            source--;
        }

        local = index - _starts[source];
        return _sources[source];
    }
}
