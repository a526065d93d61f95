namespace SsFer.Learning.Tests.Golden;

/// <summary>The values that the golden scripts make by a formula, so that weights need no file.</summary>
internal static class FormulaValues
{
    /// <summary>Even-handed values in (-1, 1) that fp32 holds exactly; another salt makes others.</summary>
    public static double[] Of(long count, int salt)
    {
        var values = new double[count];
        var start = unchecked((uint)((salt * 40503) + 12345));
        for (var i = 0; i < values.Length; i++)
        {
            var mixed = unchecked(((uint)i * 2654435761u) + start);
            mixed = unchecked((mixed ^ (mixed >> 15)) * 2246822519u);
            values[i] = ((mixed >> 16) / 32768.0) - 1;
        }

        return values;
    }
}
