using SsFer.Console.Http;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Models;

/// <summary>Why a person changes which models answer.</summary>
public record ChangeBody
{
    public const int LongestText = 500;

    /// <summary>Stands in the history. Default "by hand".</summary>
    public string Reason { get; init; } = "by hand";

    /// <summary>Who asks. Default "console".</summary>
    public string By { get; init; } = "console";
}

/// <summary>Why a person changes what is in production.</summary>
public sealed record ProductionBody : ChangeBody
{
    /// <summary>
    /// The model that is to be replaced: where another one is in production, nothing is changed, so that the request may be repeated.
    /// Any unless told.
    /// </summary>
    public string? From { get; init; }
}

/// <summary>How much a person tries a model on.</summary>
public sealed record CanaryBody : ChangeBody
{
    /// <summary>Share of the requests that the model answers, above 0 and at most 0.5.</summary>
    public required decimal Share { get; init; }
}

/// <summary>What a person no longer tries.</summary>
public sealed record WithdrawalBody : ChangeBody
{
    /// <summary>The candidate that is meant: where another one is tried, nothing is changed. Any unless told.</summary>
    public string? Model { get; init; }
}

internal static class ChangeBodies
{
    /// <exception cref="RequestRefusedException">It is malformed, or a text is too long.</exception>
    public static async Task<T> ReadChangeAsync<T>(this HttpRequest request, ConsoleOptions options, CancellationToken cancellationToken)
        where T : ChangeBody => Checked(await RequestBody.ReadJsonAsync<T>(request, options.MaxDocumentBytes, cancellationToken));

    /// <summary>As <see cref="ReadChangeAsync"/>; an empty body has every default.</summary>
    public static async Task<T> ReadOptionalChangeAsync<T>(
        this HttpRequest request,
        ConsoleOptions options,
        CancellationToken cancellationToken
    )
        where T : ChangeBody, new() =>
        Checked(await RequestBody.ReadOptionalJsonAsync<T>(request, options.MaxDocumentBytes, cancellationToken));

    private static T Checked<T>(T body)
        where T : ChangeBody =>
        body.Reason.Length <= ChangeBody.LongestText && body.By.Length is > 0 and <= ChangeBody.LongestText
            ? body
            : throw RequestRefusedException.Unprocessable(
                $"reason and by have at most {ChangeBody.LongestText} characters, and by has at least one"
            );
}
