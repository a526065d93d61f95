using System.Globalization;
using SsFer.Inference;

namespace SsFer.Cli.Commands.Models;

/// <summary>What was seen in one picture, or why nothing could be.</summary>
internal sealed record PicturePrediction
{
    public required string Image { get; init; }

    public string? Expression { get; init; }

    public float? Probability { get; init; }

    /// <summary>Of every class.</summary>
    public IReadOnlyDictionary<string, float>? Probabilities { get; init; }

    /// <summary>The face that was looked at, in pixels of the upright picture; null where the whole picture was.</summary>
    public PixelBox? Box { get; init; }

    /// <summary>Faces in the picture; null where none was looked for.</summary>
    public int? FacesFound { get; init; }

    /// <summary>A sentence that begins with the picture; null where the picture could be used.</summary>
    public string? Error { get; init; }

    public override string ToString() =>
        Error ?? string.Create(CultureInfo.InvariantCulture, $"{Image}: {Expression} {Probability:P0}{Remark}");

    private string Remark =>
        FacesFound switch
        {
            0 => " (no face found, the whole picture was used)",
            > 1 => $" (the most prominent of {FacesFound} faces)",
            _ => "",
        };
}
