using SsFer.Learning.Recipes;

namespace SsFer.Learning.Augmentation;

/// <summary>x = (v / 255 - mean) / std per channel; the last step of every view. A grey picture is repeated to three channels here.</summary>
internal sealed class ChannelNormaliser
{
    private readonly float[] _mean;
    private readonly float[] _std;

    public ChannelNormaliser(Normalisation normalisation)
    {
        ArgumentNullException.ThrowIfNull(normalisation);
        if (normalisation.Mean.Count != 3 || normalisation.Std.Count != 3) throw new ArgumentException("normalisation needs three means and three deviations", nameof(normalisation));
        _mean = [.. normalisation.Mean.Select(v => (float)v)];
        _std = [.. normalisation.Std.Select(v => (float)v)];
    }

    /// <summary>Resamples a window and normalises it into <paramref name="destination"/>, [3, S, S].</summary>
    public void Resample(PlanarImage picture, CropWindow window, int size, bool flip, Span<float> destination)
    {
        var plane = size * size;
        if (destination.Length != 3 * plane) throw new ArgumentException($"the destination holds {destination.Length} values, not [3, {size}, {size}]", nameof(destination));
        BicubicResampler.Resample(picture, window, size, flip, destination[..(picture.Channels * plane)]);
        if (picture.Channels == 1)
        {
            destination[..plane].CopyTo(destination[plane..]);
            destination[..plane].CopyTo(destination[(2 * plane)..]);
        }
        for (var channel = 0; channel < 3; channel++)
        {
            var (mean, std) = (_mean[channel], _std[channel]);
            foreach (ref var value in destination.Slice(channel * plane, plane)) value = (value - mean) / std;
        }
    }

    /// <summary>Normalises bytes [3, S, S] into <paramref name="destination"/> of the same shape.</summary>
    public void Normalise(ReadOnlySpan<byte> pixels, Span<float> destination)
    {
        if (destination.Length != pixels.Length) throw new ArgumentException($"the destination holds {destination.Length} values, not {pixels.Length}", nameof(destination));
        var plane = pixels.Length / 3;
        for (var channel = 0; channel < 3; channel++)
        {
            var (mean, std) = (_mean[channel], _std[channel]);
            for (var i = channel * plane; i < (channel + 1) * plane; i++) destination[i] = (pixels[i] * (1f / 255) - mean) / std;
        }
    }
}
