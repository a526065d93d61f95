using SsFer.Recipes;

namespace SsFer.Learning.Training;

/// <summary>What stage two learns faces as: distributions over the classes.</summary>
internal static class FaceTargets
{
    /// <summary>
    /// Of each face the shares of its votes (<see cref="TargetKind.Votes"/>); all on its class where nobody voted on it, or where only
    /// labels count.
    /// </summary>
    /// <param name="faces">Labelled faces.</param>
    /// <param name="indices">Of the batch.</param>
    /// <param name="classes">C.</param>
    /// <param name="kind">Labels or votes.</param>
    /// <returns>[N, C], row by row; each row sums to 1.</returns>
    public static float[] Of(IFaceSource faces, IReadOnlyList<int> indices, int classes, TargetKind kind)
    {
        var targets = new float[indices.Count * classes];
        for (var i = 0; i < indices.Count; i++)
        {
            var row = targets.AsSpan(i * classes, classes);
            var votes = kind == TargetKind.Votes ? faces.VotesOf(indices[i]).Span : default;
            if (votes.IsEmpty)
            {
                row[faces.LabelOf(indices[i])] = 1;
                continue;
            }

            var total = 0;
            foreach (var count in votes)
            {
                total += count;
            }

            for (var c = 0; c < classes; c++)
            {
                row[c] = (float)votes[c] / total;
            }
        }

        return targets;
    }
}
