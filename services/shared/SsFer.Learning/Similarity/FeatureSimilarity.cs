using System.Collections.Concurrent;
using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Similarity;

/// <summary>
/// FSIM of the brightness (Zhang et al. 2011, "FSIM: A Feature Similarity Index for Image Quality Assessment", eq. 4 to 7): likeness of
/// phase congruency times likeness of the gradient, where either picture has features. It is from 0 to 1 as it is. Pictures of more than
/// 383 pixels are first brought to about 256, as there.
/// </summary>
internal sealed class FeatureSimilarity : IPictureSimilarity
{
    private const double LargestValue = 255; // of a pixel, which the constants are for
    private const double T1 = 0.85,
        T2 = 160;

    private const double Epsilon = 1e-4;
    private const double NoiseDeviations = 2;

    /// <summary>By which the noise that a whole sum of filters passes is overestimated (as in the authors' code).</summary>
    private const double NoiseCorrection = 1.7;

    private static readonly double NoiseFactor =
        (Math.Sqrt(Math.PI / 2) + NoiseDeviations * Math.Sqrt(2 - (Math.PI / 2))) / NoiseCorrection;

    // Scharr's operator: a mean across the direction in which the difference is taken
    private static readonly float[] Mean = [3 / 16f, 10 / 16f, 3 / 16f],
        Difference = [1, 0, -1];

    private static readonly ConcurrentDictionary<int, LogGaborFilters[]> Filters = new();

    public Tensor Of(Tensor first, Tensor second)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor x = Brightness(first),
            y = Brightness(second);
        Tensor phaseX = PhaseCongruency(x),
            phaseY = PhaseCongruency(y),
            weight = maximum(phaseX, phaseY);
        var alike = Likeness(phaseX, phaseY, T1) * Likeness(Gradient(x), Gradient(y), T2) * weight;
        // Two pictures without a feature are alike
        var similarity = alike.sum([1, 2, 3]).Plus(Epsilon) / weight.sum([1, 2, 3]).Plus(Epsilon);
        return similarity.AtLeast(0).AtMost(1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// How much the waves of all scales agree in phase at each pixel, over what noise alone would give: [N, 1, S, S] in [0, 1].
    /// </summary>
    /// <param name="planes">[N, 1, S, S].</param>
    internal static Tensor PhaseCongruency(Tensor planes)
    {
        using var scope = NewDisposeScope();
        var spectrum = fft.fft2(planes);
        Tensor energy = zeros_like(planes),
            amplitudes = zeros_like(planes);
        foreach (var filters in FiltersOf((int)planes.shape[^1]))
        {
            var waves = fft.ifft2(spectrum * filters.Factors(planes.dtype, planes.device)); // [N, scales, S, S], complex
            Tensor even = waves.real,
                odd = waves.imag,
                amplitude = waves.abs();
            Tensor sumEven = even.sum(1, keepdim: true),
                sumOdd = odd.sum(1, keepdim: true);
            var length = sumEven.Squared().Plus(sumOdd.Squared()).sqrt().Plus(Epsilon);
            Tensor meanEven = sumEven / length,
                meanOdd = sumOdd / length;
            var inPhase = (even * meanEven).Plus(odd * meanOdd);
            var outOfPhase = (even * meanOdd).Plus((odd * meanEven).neg()).abs();
            var agreeing = inPhase.Plus(outOfPhase.neg()).sum(1, keepdim: true);
            energy = energy.Plus(agreeing.Plus(Noise(amplitude, filters).neg()).AtLeast(0));
            amplitudes = amplitudes.Plus(amplitude.sum(1, keepdim: true));
        }

        return (energy / amplitudes.Plus(Epsilon)).MoveToOuterDisposeScope();
    }

    /// <summary>The energy that noise reaches, estimated from the median of the finest scale: [N, 1, 1, 1].</summary>
    private static Tensor Noise(Tensor amplitude, LogGaborFilters filters)
    {
        var finest = amplitude.narrow(1, 0, 1).Squared().flatten(1); // [N, S · S]
        var median = finest.quantile(tensor(0.5f).to(finest.dtype).to(finest.device), 1, keepdim: true).view(-1, 1, 1, 1);
        var power = median.Times(1 / (Math.Log(2) * filters.FirstEnergy));
        return power.Times(filters.OwnEnergy + (2 * filters.CrossEnergy)).sqrt().Times(NoiseFactor);
    }

    private static Tensor Gradient(Tensor planes)
    {
        Tensor x = Band.Apply(planes, Mean, Difference, padded: true),
            y = Band.Apply(planes, Difference, Mean, padded: true);
        return x.Squared().Plus(y.Squared()).sqrt();
    }

    private static Tensor Likeness(Tensor x, Tensor y, double constant) =>
        (x * y).Times(2).Plus(constant) / x.Squared().Plus(y.Squared()).Plus(constant);

    private static Tensor Brightness(Tensor pictures)
    {
        var planes = Luminance.Of(pictures).Times(LargestValue);
        var shrink = (int)Math.Round(planes.shape[^1] / 256.0, MidpointRounding.AwayFromZero);
        return shrink > 1 ? nn.functional.avg_pool2d(planes, shrink) : planes;
    }

    private static LogGaborFilters[] FiltersOf(int side) =>
        Filters.GetOrAdd(side, static side =>
            [.. Enumerable.Range(0, LogGaborFilters.Orientations).Select(each => new LogGaborFilters(side, each))]
        );
}
