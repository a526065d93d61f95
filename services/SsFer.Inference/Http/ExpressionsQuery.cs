using System.Globalization;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>What a request asks for in its query.</summary>
/// <param name="Model">Id of the model; null for the one in production.</param>
/// <param name="Asked">Of each picture.</param>
/// <param name="MayKeep">Whether pictures may be kept for labelling, where the service does so.</param>
internal sealed record ExpressionsQuery(string? Model, AnswerOptions Asked, bool MayKeep)
{
    public const string MaxFaces = "max-faces";
    public const string MinScore = "min-score";
    public const string Cropped = "cropped";
    public const string Explain = "explain";
    public const string ModelName = "model";
    public const string Keep = "keep";

    /// <exception cref="RequestRefusedException">It has an option that nobody knows, one given twice, or one out of its range.</exception>
    public static ExpressionsQuery Of(IQueryCollection query, InferenceOptions limits)
    {
        var (model, asked, mayKeep) = ((string?)null, new AnswerOptions(), true);
        foreach (var (name, values) in query)
        {
            if (values is not [{ Length: > 0 } value])
            {
                throw Refusal($"option '{name}' is to be given once, with a value", limits);
            }

            (model, asked, mayKeep) = name switch
            {
                MaxFaces => (model, asked with { MaxFaces = CountOf(value, limits) }, mayKeep),
                MinScore => (model, asked with { MinScore = ScoreOf(value, limits) }, mayKeep),
                Cropped => (model, asked with { IsCropped = FlagOf(name, value, limits) }, mayKeep),
                Explain => (model, asked with { IsExplained = FlagOf(name, value, limits) }, mayKeep),
                ModelName => (value, asked, mayKeep),
                Keep => (model, asked, FlagOf(name, value, limits)),
                _ => throw Refusal($"there is no option '{name}'", limits),
            };
        }

        return new ExpressionsQuery(model, asked, mayKeep);
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
                $"{what}: the options are {MaxFaces} (1 to {limits.MaxFaces}), {MinScore} (0 to 1), {Cropped}, {Explain} and {Keep} "
                    + $"(true or false), {ModelName} (an id)"
            )
        );
}
