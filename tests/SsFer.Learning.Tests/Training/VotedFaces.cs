using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Training;

/// <summary>
/// Faces of four classes of which every third one has no votes; of the others seven voted for the class and three for the next.
/// </summary>
internal sealed class VotedFaces(IFaceSource faces) : IFaceSource
{
    private const int Classes = 4;

    public int Count => faces.Count;

    public PlanarImage Read(int index) => faces.Read(index);

    public FaceBox? BoxOf(int index) => faces.BoxOf(index);

    public int LabelOf(int index) => faces.LabelOf(index);

    public ReadOnlyMemory<int> VotesOf(int index)
    {
        if (index % 3 == 0)
        {
            return default;
        }

        var votes = new int[Classes];
        votes[LabelOf(index)] = 7;
        votes[(LabelOf(index) + 1) % Classes] = 3;
        return votes;
    }
}
