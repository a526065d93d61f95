using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Training;

public sealed class FaceTargetsTests
{
    private static readonly VotedFaces Faces = new(new SyntheticFaces(8, 4));

    [Fact]
    public void Targets_OfVotes_AreTheirShares_AndTheClassWhereNobodyVoted()
    {
        var targets = FaceTargets.Of(Faces, [5, 3, 7], classes: 4, TargetKind.Votes);

        Assert.Equal([0, 0.7f, 0.3f, 0, 0, 0, 0, 1, 0.3f, 0, 0, 0.7f], targets);
    }

    [Fact]
    public void Targets_OfLabels_AreTheClassesAlone()
    {
        var targets = FaceTargets.Of(Faces, [5, 3], classes: 4, TargetKind.Labels);

        Assert.Equal([0, 1, 0, 0, 0, 0, 0, 1], targets);
    }
}
