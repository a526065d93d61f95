using System.Numerics;
using System.Runtime.InteropServices;
using SsFer.Recipes;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// x = (v / 255 - mean) / std per channel; the last step of every view. A grey picture is repeated to three channels here.
/// </summary>
internal sealed class ChannelNormaliser
{
    private const int Levels = 256;

    private readonly float[] _mean;
    private readonly float[] _std;
    private readonly float[][] _normalised; // per channel, of every byte
    private readonly bool _alike; // the channels share their statistics, as those of grey datasets do

    public ChannelNormaliser(Normalisation normalisation)
    {
        ArgumentNullException.ThrowIfNull(normalisation);
        if (normalisation.Mean.Count != 3 || normalisation.Std.Count != 3)
        {
            throw new ArgumentException("normalisation needs three means and three deviations", nameof(normalisation));
        }

        _mean = [.. normalisation.Mean.Select(v => (float)v)];
        _std = [.. normalisation.Std.Select(v => (float)v)];
        _normalised = [.. _mean.Zip(_std, (mean, std) => Enumerable.Range(0, Levels).Select(v => (v * (1f / 255) - mean) / std).ToArray())];
        _alike = _mean.Distinct().Count() == 1 && _std.Distinct().Count() == 1;
    }

    /// <summary>Resamples a window and normalises it into <paramref name="destination"/>, [3, S, S].</summary>
    public void Resample(PlanarImage picture, CropWindow window, int size, bool flip, Span<float> destination)
    {
        var plane = size * size;
        GuardShape(destination, size);
        BicubicResampler.Resample(picture, window, size, flip, destination[..(picture.Channels * plane)]);
        // From the last channel back: the first holds the source of all three where the picture is grey.
        for (var channel = RepeatsFirst(picture.Channels) ? 0 : 2; channel >= 0; channel--)
        {
            var source = destination.Slice(Math.Min(channel, picture.Channels - 1) * plane, plane);
            Normalise(source, _mean[channel], _std[channel], destination.Slice(channel * plane, plane));
        }
        if (RepeatsFirst(picture.Channels))
        {
            RepeatFirst(destination);
        }
    }

    /// <summary>Normalises bytes [3, S, S], or [1, S, S] for a grey picture, into <paramref name="destination"/>, [3, S, S].</summary>
    public void Normalise(ReadOnlySpan<byte> pixels, int size, Span<float> destination)
    {
        var plane = size * size;
        GuardShape(destination, size);
        var planes = pixels.Length / plane;
        for (var channel = 0; channel < (RepeatsFirst(planes) ? 1 : 3); channel++)
        {
            var source = pixels.Slice(Math.Min(channel, planes - 1) * plane, plane);
            Lookup(source, _normalised[channel], destination.Slice(channel * plane, plane));
        }
        if (RepeatsFirst(planes))
        {
            RepeatFirst(destination);
        }
    }

    private static void GuardShape(Span<float> destination, int size)
    {
        if (destination.Length != 3 * size * size)
        {
            throw new ArgumentException($"the destination holds {destination.Length} values, not [3, {size}, {size}]", nameof(destination));
        }
    }

    private bool RepeatsFirst(int planes) => planes == 1 && _alike;

    private static void RepeatFirst(Span<float> destination)
    {
        var first = destination[..(destination.Length / 3)];
        first.CopyTo(destination[first.Length..]);
        first.CopyTo(destination[(2 * first.Length)..]);
    }

    private static void Lookup(ReadOnlySpan<byte> source, ReadOnlySpan<float> table, Span<float> target)
    {
        table = table[..Levels]; // a byte is always inside: no check a pixel
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = table[source[i]];
        }
    }

    private static void Normalise(ReadOnlySpan<float> source, float mean, float std, Span<float> target)
    {
        Vector<float> means = new(mean),
            deviations = new(std);
        var wideSource = MemoryMarshal.Cast<float, Vector<float>>(source);
        var wideTarget = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < wideTarget.Length; i++)
        {
            wideTarget[i] = (wideSource[i] - means) / deviations;
        }

        for (var i = wideTarget.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] = (source[i] - mean) / std;
        }
    }
}
