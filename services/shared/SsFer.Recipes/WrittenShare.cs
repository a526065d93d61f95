using System.Globalization;

namespace SsFer.Recipes;

/// <summary>A share as people write it.</summary>
public static class WrittenShare
{
    /// <summary>The share that a text says: <c>20%</c> or <c>0.2</c>.</summary>
    /// <returns>In (0, 1); null where the text says none.</returns>
    public static decimal? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        var isPercent = trimmed.EndsWith('%');
        var digits = isPercent ? trimmed[..^1].TrimEnd() : trimmed;
        return
            decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && (isPercent ? number / 100 : number) is > 0 and < 1 and var share
            ? share
            : null;
    }
}
