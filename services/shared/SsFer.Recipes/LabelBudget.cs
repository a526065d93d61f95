using System.Globalization;

namespace SsFer.Recipes;

/// <summary>How many labels a run may use: <c>10%</c> of each class, <c>400</c> in all, or <c>25/class</c>.</summary>
public abstract record LabelBudget
{
    private LabelBudget() { }

    /// <summary>max(1, round(share * count)) of each class; share in (0, 1].</summary>
    public sealed record Share(double Value) : LabelBudget
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value * 100:0.######}%");
    }

    /// <summary>This many in all, stratified by largest remainder, at least one of each class.</summary>
    public sealed record Total(int Value) : LabelBudget
    {
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The same number of each class.</summary>
    public sealed record PerClass(int Value) : LabelBudget
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value}/class");
    }

    /// <exception cref="LabelBudgetException">The text is none of the three forms, or its number is out of range.</exception>
    public static LabelBudget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        if (trimmed.EndsWith('%'))
        {
            if (
                !decimal.TryParse(trimmed[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
                || percent is <= 0 or > 100
            )
            {
                throw new LabelBudgetException($"labels '{text}': a share must be above 0% and at most 100%, such as 10%");
            }

            return new Share((double)(percent / 100));
        }
        const string PerClassSuffix = "/class";
        var perClass = trimmed.EndsWith(PerClassSuffix, StringComparison.Ordinal);
        var number = perClass ? trimmed[..^PerClassSuffix.Length] : trimmed;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
        {
            throw new LabelBudgetException(
                $"labels '{text}' are not understood: write a share (10%), a number in all (400) or a number a class (25/class)"
            );
        }

        return perClass ? new PerClass(count) : new Total(count);
    }
}

/// <summary>The labels asked for cannot be given; the message says what to ask for instead.</summary>
public sealed class LabelBudgetException(string message) : InvalidRequestException(message);
