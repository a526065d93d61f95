namespace SsFer.Faces.Detection;

/// <summary>How sure a detector must be, and how it looks at the picture.</summary>
public sealed class DetectorOptions
{
    private readonly float _scoreThreshold = 0.5f;
    private readonly float _overlapThreshold = 0.3f;
    private readonly float? _border;
    private readonly int _threads = 1;

    /// <summary>Least score of a face, in (0, 1). Default 0.5.</summary>
    public float ScoreThreshold
    {
        get => _scoreThreshold;
        init => _scoreThreshold = Share(value, nameof(ScoreThreshold));
    }

    /// <summary>Boxes that overlap more than this (intersection over union) are one face, in (0, 1]. Default 0.3.</summary>
    public float OverlapThreshold
    {
        get => _overlapThreshold;
        init => _overlapThreshold = Share(value, nameof(OverlapThreshold));
    }

    /// <summary>
    /// Share of the canvas side that the picture takes, in (0, 1]; the rest is border, which faces that fill their frame need.
    /// Null, the default, looks at the whole canvas first, and again with a border of 0.5 where that finds nothing or a face too large
    /// for the detector.
    /// </summary>
    public float? Border
    {
        get => _border;
        init => _border = value is { } share ? Share(share, nameof(Border)) : null;
    }

    /// <summary>Threads inside one call. Default 1: callers work on many pictures at a time.</summary>
    public int Threads
    {
        get => _threads;
        init =>
            _threads =
                value > 0
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Threads), value, $"Threads must be positive, it is {value}");
    }

    private static float Share(float value, string name) =>
        value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be in (0, 1], it is {value}");
}
