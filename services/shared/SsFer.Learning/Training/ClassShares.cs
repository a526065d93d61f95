namespace SsFer.Learning.Training;

/// <summary>How often each class stands among labelled faces.</summary>
internal static class ClassShares
{
    /// <returns>Shares [C] that sum to 1.</returns>
    public static double[] Of(IFaceSource labelled, int classes)
    {
        var shares = new double[classes];
        for (var i = 0; i < labelled.Count; i++)
        {
            shares[labelled.LabelOf(i)] += 1.0 / labelled.Count;
        }

        return shares;
    }
}
