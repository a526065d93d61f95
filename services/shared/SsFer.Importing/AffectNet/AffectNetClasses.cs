namespace SsFer.Importing.AffectNet;

/// <summary>
/// The expressions of AffectNet (Mollahosseini et al. 2017) by the owners' numbers 0-7; 8 none, 9 uncertain and 10 no face are
/// dropped.
/// </summary>
public static class AffectNetClasses
{
    private static readonly string[] All = ["neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt"];

    /// <param name="count">7 or 8: without or with contempt.</param>
    public static IReadOnlyList<string> Of(int count) =>
        count is 7 or 8
            ? All[..count]
            : throw new ArgumentOutOfRangeException(nameof(count), count, $"AffectNet is used with 7 or 8 classes, not {count}");
}
