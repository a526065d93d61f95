using System.Globalization;

namespace SsFer.Recipes;

/// <summary>
/// The named methods of stage three, chosen with <c>Method=FixMatch</c>: the settings that each one's authors, or the public
/// configurations of it, use on small pictures. The paper's own method leaves the recipe's as they are.
/// </summary>
internal static class MethodPresets
{
    public const string Key = "Method";

    /// <summary>What <see cref="Preset.UnlabelledRatio"/> is of.</summary>
    public const string LabelledBatch = "EmaTeacher.LabelledBatch";

    private static readonly IReadOnlyList<Preset> All =
    [
        new(SemiSupervisedMethod.PiModel) { Weight = 10, RampUp = 0.4 },
        new(SemiSupervisedMethod.PseudoLabel) { RampUp = 0.4 },
        new(SemiSupervisedMethod.MeanTeacher) { Weight = 50, RampUp = 0.4 },
        new(SemiSupervisedMethod.Vat) { RampUp = 0.4 },
        new(SemiSupervisedMethod.Uda)
        {
            Threshold = 0.8,
            Sharpening = 0.4,
            UnlabelledRatio = 7,
        },
        new(SemiSupervisedMethod.MixMatch)
        {
            Weight = 10,
            RampUp = 0.4,
            Sharpening = 0.5,
            MixAlpha = 0.5,
        },
        new(SemiSupervisedMethod.ReMixMatch)
        {
            RampUp = 1.0 / 64,
            Sharpening = 0.5,
            MixAlpha = 0.75,
        },
        new(SemiSupervisedMethod.FixMatch) { UnlabelledRatio = 7 },
        new(SemiSupervisedMethod.FlexMatch) { UnlabelledRatio = 7 },
        new(SemiSupervisedMethod.CoMatch) { UnlabelledRatio = 7 },
        new(SemiSupervisedMethod.Ccssl) { UnlabelledRatio = 7 },
    ];

    /// <param name="name">The method.</param>
    /// <param name="labelledBatch">Of the recipe; methods say how many times as many unlabelled faces a step takes.</param>
    /// <exception cref="RecipeException">There is no method of this name.</exception>
    public static IEnumerable<(string Path, string Value)> Settings(string name, long labelledBatch)
    {
        if (!Enum.GetNames<SemiSupervisedMethod>().Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new RecipeException(
                $"there is no semi-supervised method '{name}': there are {string.Join(", ", Enum.GetNames<SemiSupervisedMethod>())}"
            );
        }

        var method = Enum.Parse<SemiSupervisedMethod>(name, ignoreCase: true);
        var preset = All.FirstOrDefault(preset => preset.Method == method);
        return [("EmaTeacher.Method", method.ToString()), .. preset?.Settings(labelledBatch) ?? []];
    }

    private sealed record Preset(SemiSupervisedMethod Method)
    {
        public double Threshold { get; init; } = 0.95;

        public double Weight { get; init; } = 1;

        public double RampUp { get; init; }

        public double Sharpening { get; init; } = 1;

        public double MixAlpha { get; init; } = 0.5;

        /// <summary>Unlabelled over labelled faces of a step.</summary>
        public int UnlabelledRatio { get; init; } = 1;

        public IEnumerable<(string Path, string Value)> Settings(long labelledBatch) =>
            [
                ("EmaTeacher.Threshold", Text(Threshold)),
                ("EmaTeacher.UnlabelledWeight", Text(Weight)),
                ("EmaTeacher.RampUp", Text(RampUp)),
                ("EmaTeacher.Sharpening", Text(Sharpening)),
                ("EmaTeacher.MixAlpha", Text(MixAlpha)),
                ("EmaTeacher.Teacher", nameof(TeacherKind.Ema)),
                ("EmaTeacher.UnlabelledBatch", Text(UnlabelledRatio * labelledBatch)),
            ];
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What follows from a method.</summary>
public static class SemiSupervisedMethods
{
    /// <summary>
    /// Whether it may start from an encoder, or from scratch: every method but the paper's learns the labels itself. The paper's starts
    /// from the classifier of stage two.
    /// </summary>
    public static bool StartsFromAnything(this SemiSupervisedMethod method) => method != SemiSupervisedMethod.EmaTeacher;

    /// <summary>Whether labelled faces have no loss of their own.</summary>
    public static bool MixesLabelledFaces(this SemiSupervisedMethod method) =>
        method is SemiSupervisedMethod.MixMatch or SemiSupervisedMethod.ReMixMatch;

    /// <summary>
    /// Whether faces of a batch meet in its loss, or what it draws or remembers is of the batch, so that it cannot be cut in parts.
    /// </summary>
    public static bool NeedsWholeBatches(this SemiSupervisedMethod method) =>
        method
            is SemiSupervisedMethod.Vat
                or SemiSupervisedMethod.MixMatch
                or SemiSupervisedMethod.ReMixMatch
                or SemiSupervisedMethod.FlexMatch
                or SemiSupervisedMethod.CoMatch
                or SemiSupervisedMethod.Ccssl;
}
