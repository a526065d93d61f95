using System.Globalization;

namespace SsFer.Recipes;

/// <summary>
/// How faces are found and cut out of their pictures. A model has to see faces cut as those it learned from, so this travels with the
/// model: in its card, and in the metadata of its weights and of its ONNX file.
/// </summary>
public sealed record FacePreparation
{
    /// <summary>Side of a prepared face in pixels.</summary>
    public required int Size { get; init; }

    /// <summary>One of <see cref="DetectorNames"/>. Default blazeface.</summary>
    public string Detector { get; init; } = DetectorNames.BlazeFace;

    /// <summary>SHA-256 of the detector's network where that is the user's, in hexadecimal; null where it is not, or not known.</summary>
    public string? Network { get; init; }

    /// <summary>Share of the detector's canvas that a picture takes; null lets the detector decide.</summary>
    public float? Border { get; init; }

    /// <summary>What is kept around a face on each side, as a share of the longer side of its box. Default 0.15.</summary>
    public float Margin { get; init; } = 0.15f;

    /// <summary>The same for pictures whose boxes nobody annotated: BlazeFace finds them then.</summary>
    public FacePreparation ForNewPictures() =>
        Detector == DetectorNames.Annotated ? this with { Detector = DetectorNames.BlazeFace } : this;

    /// <summary>The options of <c>ssfer data prepare</c> that ask for this.</summary>
    public string ToOptions()
    {
        var detector = Detector == DetectorNames.YoloFace ? $"{Detector}=MODEL.onnx" : Detector;
        var border = Border is { } share ? string.Create(CultureInfo.InvariantCulture, $" --border {share}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"--size {Size} --detector {detector} --margin {Margin}{border}");
    }

    /// <summary>
    /// In which settings faces cut this way differ from those a model learned from, in words; null where they look alike to it. A model
    /// of annotated boxes takes BlazeFace's as well: they are what it is asked about later.
    /// </summary>
    /// <param name="learned">How the model's own faces were cut.</param>
    public string? DifferenceFrom(FacePreparation learned)
    {
        ArgumentNullException.ThrowIfNull(learned);
        var expected = Detector == DetectorNames.BlazeFace ? learned.ForNewPictures() : learned;
        var isFound = Detector is DetectorNames.BlazeFace or DetectorNames.YoloFace && expected == learned;
        var differences = new List<string>();
        Compare("size", Size, expected.Size);
        Compare("detector", Detector, expected.Detector);
        if (Detector == expected.Detector && Detector != DetectorNames.None)
        {
            Compare("margin", Margin, expected.Margin);
            Compare("network", expected.Network is null ? null : Network, Network is null ? null : expected.Network);
            Compare("border", isFound ? Border : null, isFound ? expected.Border : null);
        }

        return differences.Count == 0 ? null : string.Join(", ", differences);

        void Compare<T>(string name, T own, T other)
        {
            if (!Equals(own, other))
            {
                differences.Add(
                    string.Create(CultureInfo.InvariantCulture, $"{name} {(object?)own ?? "auto"} instead of {(object?)other ?? "auto"}")
                );
            }
        }
    }
}
