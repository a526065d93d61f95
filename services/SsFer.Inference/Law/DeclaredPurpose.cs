using Microsoft.Extensions.Options;

namespace SsFer.Inference.Law;

/// <summary>For what reason emotions may be inferred at a workplace or in education, where it is forbidden otherwise.</summary>
public enum Exemption
{
    Medical,
    Safety,
}

/// <summary>
/// What the endpoint is used for, held against Regulation (EU) 2024/1689. Its Article 5(1)(f) forbids AI systems that infer emotions in
/// the areas of workplace and education institutions, except for medical or safety reasons. What is declared is the deployer's word;
/// the check keeps nobody from lying, and everybody from not having read it.
/// </summary>
internal sealed class DeclaredPurpose(IHostEnvironment environment) : IValidateOptions<InferenceOptions>
{
    private const string Key = $"{InferenceOptions.Section}:{nameof(InferenceOptions.Purpose)}";
    private const int LongestPurpose = 100;

    /// <summary>Whole words.</summary>
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "work",
        "working",
        "job",
        "jobs",
        "hr",
        "hiring",
        "staff",
        "staffing",
        "personnel",
        "exam",
        "exams",
        "edu",
        "edtech",
        "college",
        "lesson",
        "lessons",
        "e-learning",
        "elearning",
    };

    /// <summary>How words of the two areas begin.</summary>
    private static readonly string[] Beginnings =
    [
        "workplace",
        "worker",
        "workforce",
        "employ",
        "recruit",
        "applicant",
        "educat",
        "school",
        "classroom",
        "universit",
        "student",
        "pupil",
        "teach",
        "proctor",
    ];

    public ValidateOptionsResult Validate(string? name, InferenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return FaultOf(options.Purpose, options.Exemption) is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
    }

    private string? FaultOf(string? purpose, Exemption? exemption) =>
        purpose switch
        {
            _ when string.IsNullOrWhiteSpace(purpose) => environment.IsProduction()
                ? $"{Key} is missing: set it to what the answers are used for, in a few words such as 'audience research' (docs/notice.md)"
                : null,
            { Length: > LongestPurpose } => $"{Key} has more than {LongestPurpose} characters: say it in a few words",
            _ when purpose.Any(char.IsControl) => $"{Key} holds characters that cannot be printed: say it in a few words",
            _ when exemption is null && IsForbidden(purpose) =>
                $"{Key} is '{purpose}': Article 5(1)(f) of Regulation (EU) 2024/1689 forbids to infer emotions at workplaces and in "
                    + $"education; say it in other words if it is neither, and where it is for medical or safety reasons, set "
                    + $"{InferenceOptions.Section}:{nameof(Exemption)} to {nameof(Exemption.Medical)} or {nameof(Exemption.Safety)}",
            _ => null,
        };

    private static bool IsForbidden(string purpose) =>
        purpose
            .Split([.. purpose.Where(letter => !char.IsLetter(letter) && letter != '-')], StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(word => word.Split('-').Append(word))
            .Any(word =>
                Words.Contains(word) || Beginnings.Any(beginning => word.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
            );
}
