namespace SsFer.Faces.Alignment;

/// <summary>How a face is cut out of its picture.</summary>
public sealed class AlignmentOptions
{
    /// <summary>Side of the prepared face in pixels.</summary>
    public required int Size
    {
        get;
        init =>
            field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Size), value, $"Size must be positive, it is {value}");
    }

    /// <summary>
    /// What is kept around the face on each side, as a share of the longer side of its box. Default 0.15: the face then takes 0.77
    /// of the side, near the 0.86 (median) of FERPlus and LFW crops, with which photographs are trained together.
    /// </summary>
    public float Margin
    {
        get;
        init =>
            field = value is >= 0 and <= 10
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Margin), value, $"Margin must be in [0, 10], it is {value}");
    } = 0.15f;

    /// <summary>
    /// A picture whose face takes at least this share of its shorter side is a crop already and is not cropped again. Default 0.5:
    /// nearly all FERPlus and LFW pictures are (5 % of FERPlus lie below 0.61).
    /// </summary>
    public float TightShare
    {
        get;
        init =>
            field =
                value > 0
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(TightShare), value, $"TightShare must be positive, it is {value}");
    } = 0.5f;
}
