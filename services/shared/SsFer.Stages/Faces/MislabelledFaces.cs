using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Stages.Faces;

/// <summary>Faces of which some are learned as what they are not; what people voted of those says nothing either.</summary>
internal sealed class MislabelledFaces : IFaceSource
{
    private readonly IFaceSource _source;
    private readonly Dictionary<int, int> _wrong;

    private MislabelledFaces(IFaceSource source, Dictionary<int, int> wrong) => (_source, _wrong) = (source, wrong);

    public int Count => _source.Count;

    /// <summary>The faces with the wrong labels that a split gives them; themselves where it gives none.</summary>
    public static IFaceSource Of(PreparedFaces faces, LabelledSplit split)
    {
        if (split.WrongLabels is not { } labels)
        {
            return faces;
        }

        var classes = faces.Manifest.Classes.Index().ToDictionary(each => each.Item, each => each.Index, StringComparer.Ordinal);
        var wrong = Enumerable
            .Range(0, faces.Count)
            .Where(index => labels.ContainsKey(faces.KeyOf(index)))
            .ToDictionary(index => index, index => classes[labels[faces.KeyOf(index)]]);
        return new MislabelledFaces(faces, wrong);
    }

    public PlanarImage Read(int index) => _source.Read(index);

    public FaceBox? BoxOf(int index) => _source.BoxOf(index);

    public int LabelOf(int index) => _wrong.TryGetValue(index, out var label) ? label : _source.LabelOf(index);

    public ReadOnlyMemory<int> VotesOf(int index) => _wrong.ContainsKey(index) ? default : _source.VotesOf(index);
}
