using System.Globalization;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>What a request asks for in its query.</summary>
/// <param name="Model">Id of the model; null for the one in production.</param>
/// <param name="Asked">Of each picture.</param>
internal sealed record ExpressionsQuery(string? Model, AnswerOptions Asked)
{
    public const string MaxFaces = "max-faces";
    public const string MinScore = "min-score";
    public const string Cropped = "cropped";
    public const string Explain = "explain";
    public const string ModelName = "model";

    /// <exception cref="RequestRefusedException">It has an option that nobody knows, one given twice, or one out of its range.</exception>
    public static ExpressionsQuery Of(IQueryCollection query, InferenceOptions limits)
    {
        var (model, asked) = ((string?)null, new AnswerOptions());
        foreach (var (name, values) in query)
        {
            if (values is not [{ Length: > 0 } value])
            {
                throw Refusal($"option '{name}' is to be given once, with a value", limits);
            }

            (model, asked) = name switch
            {
                MaxFaces => (model, asked with { MaxFaces = CountOf(value, limits) }),
                MinScore => (model, asked with { MinScore = ScoreOf(value, limits) }),
                Cropped => (model, asked with { IsCropped = FlagOf(name, value, limits) }),
                Explain => (model, asked with { IsExplained = FlagOf(name, value, limits) }),
                ModelName => (value, asked),
                _ => throw Refusal($"there is no option '{name}'", limits),
            };
        }

        return new ExpressionsQuery(model, asked);
    }

    private static int CountOf(string value, InferenceOptions limits) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 && count <= limits.MaxFaces
            ? count
            : throw Refusal($"{MaxFaces} '{value}' cannot be", limits);

    private static float ScoreOf(string value, InferenceOptions limits) =>
        float.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var score) && score is >= 0 and <= 1
            ? score
            : throw Refusal($"{MinScore} '{value}' cannot be", limits);

    private static bool FlagOf(string name, string value, InferenceOptions limits) =>
        bool.TryParse(value, out var flag) ? flag : throw Refusal($"{name} '{value}' cannot be", limits);

    private static RequestRefusedException Refusal(string what, InferenceOptions limits) =>
        RequestRefusedException.Malformed(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: the options are {MaxFaces} (1 to {limits.MaxFaces}), {MinScore} (0 to 1), {Cropped} and {Explain} (true or "
                    + $"false), {ModelName} (an id)"
            )
        );
}
