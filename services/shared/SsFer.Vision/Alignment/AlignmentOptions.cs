namespace SsFer.Vision.Alignment;

/// <summary>How a face is cut out of its picture.</summary>
public sealed class AlignmentOptions
{
    private readonly float _margin = 0.3f;

    /// <summary>Side of the prepared face in pixels.</summary>
    public required int Size
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Size), value, $"Size must be positive, it is {value}");
    }

    /// <summary>What is kept around the face on each side, as a share of the longer side of its box. Default 0.3.</summary>
    public float Margin
    {
        get => _margin;
        init => _margin = value is >= 0 and <= 10 ? value : throw new ArgumentOutOfRangeException(nameof(Margin), value, $"Margin must be in [0, 10], it is {value}");
    }
}
