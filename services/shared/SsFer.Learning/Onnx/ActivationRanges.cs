namespace SsFer.Learning.Onnx;

/// <summary>Least and largest value of activations over calibration faces, by their names in the graph.</summary>
public sealed class ActivationRanges
{
    private const int Steps = byte.MaxValue;

    private readonly Dictionary<string, (float Least, float Largest)> _ranges = new(StringComparer.Ordinal);

    /// <summary>Widens the range of an activation to hold these values.</summary>
    public void Include(string activation, float least, float largest)
    {
        var (low, high) = _ranges.GetValueOrDefault(activation); // zero is always held exactly: padding is zero
        _ranges[activation] = (MathF.Min(low, least), MathF.Max(high, largest));
    }

    /// <summary>The step between neighbouring 8-bit numbers, and the number that stands for zero.</summary>
    /// <exception cref="KeyNotFoundException">It was never measured.</exception>
    internal (float Scale, byte Zero) Of(string activation)
    {
        var (least, largest) = _ranges[activation];
        var scale = MathF.Max((largest - least) / Steps, float.Epsilon);
        return (scale, (byte)Math.Clamp(MathF.Round(-least / scale), 0, Steps));
    }
}
