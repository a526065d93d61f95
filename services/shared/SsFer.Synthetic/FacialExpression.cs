namespace SsFer.Synthetic;

/// <summary>The seven expressions of RAF-DB and AffectNet-7, in the order of the class index.</summary>
public enum FacialExpression
{
    Anger,
    Disgust,
    Fear,
    Happiness,
    Neutral,
    Sadness,
    Surprise,
}

internal static class FacialExpressions
{
    public static IReadOnlyList<FacialExpression> All { get; } = Enum.GetValues<FacialExpression>();

    extension(FacialExpression expression)
    {
        /// <summary>The class name, as the other datasets call it.</summary>
        public string ClassName => expression.ToString().ToLowerInvariant();
    }
}
