using System.Globalization;

namespace SsFer.Client;

/// <summary>What is asked of every frame of a stream; as the parameters of <see cref="ISsFerClient.PostExpressionsAsync"/>.</summary>
public sealed record StreamOptions
{
    /// <summary>Most faces of a frame, the most certain first.</summary>
    public int? MaxFaces { get; init; }

    /// <summary>Least score of a face, in [0, 1].</summary>
    public double? MinScore { get; init; }

    /// <summary>Each frame is a face: none is looked for.</summary>
    public bool? Cropped { get; init; }

    /// <summary>A heat map for the most certain faces.</summary>
    public bool? Explain { get; init; }

    /// <summary>Id of a model other than the one in production.</summary>
    public string? Model { get; init; }

    internal string ToQuery()
    {
        var options = new Dictionary<string, object?>
        {
            ["max-faces"] = MaxFaces,
            ["min-score"] = MinScore,
            ["cropped"] = Cropped,
            ["explain"] = Explain,
            ["model"] = Model,
        };
        return string.Join(
            '&',
            from option in options
            let value = Convert.ToString(option.Value, CultureInfo.InvariantCulture)
            where value.Length > 0
            select $"{option.Key}={Uri.EscapeDataString(value)}"
        );
    }
}
