using System.Globalization;
using SsFer.Artifacts.Models;
using SsFer.Learning.Models;
using SsFer.Recipes;

namespace SsFer.Evaluation;

/// <summary>How large a model is.</summary>
public sealed record ModelSize
{
    /// <summary>Values of the file that training may change, and a ViT's fixed positions; running statistics are none.</summary>
    public required long Parameters { get; init; }

    /// <summary>
    /// Multiply-adds of the linear layers or convolutions for one picture, as papers count them
    /// (<see cref="ClassifierNetwork.MultiplyAdds"/>).
    /// </summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>In two or three digits: 86 M, 2.7 M, 95 k, 640.</summary>
    internal static string Short(double count) =>
        count switch
        {
            >= 9.95e9 => Digits(count / 1e9, "0", "G"),
            >= 9.995e8 => Digits(count / 1e9, "0.0", "G"),
            >= 9.95e6 => Digits(count / 1e6, "0", "M"),
            >= 9.995e5 => Digits(count / 1e6, "0.0", "M"),
            >= 9.95e3 => Digits(count / 1e3, "0", "k"),
            >= 9.995e2 => Digits(count / 1e3, "0.0", "k"),
            _ => count.ToString("0", CultureInfo.InvariantCulture),
        };

    public static ModelSize Of(ModelDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return Of(description.Model, description.Classes.Count);
    }

    public static ModelSize Of(ModelSettings settings, int classes) =>
        new() { Parameters = settings.ParameterCount(classes), MultiplyAdds = Networks.Create(settings, classes).MultiplyAdds };

    /// <summary>In a sentence that says what is counted.</summary>
    public override string ToString() =>
        $"{Short(Parameters)} parameters (with fixed positions, without running statistics), {Short(MultiplyAdds)} multiply-adds a face "
        + "(linear layers and convolutions alone)";

    private static string Digits(double value, string format, string unit) =>
        $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}";
}
