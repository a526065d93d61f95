namespace SsFer.Recipes;

/// <summary>Share of a picture's patches that masked pre-training hides.</summary>
public static class MaskRatio
{
    /// <summary>Number of visible patches, <c>(int)(L * (1 - ratio))</c> in double precision as in MAE's reference code.</summary>
    public static int VisibleCount(int patches, double ratio)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patches);
        if (!(ratio >= 0 && ratio < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "the mask ratio must be in [0, 1)");
        }

        return (int)(patches * (1 - ratio));
    }
}
