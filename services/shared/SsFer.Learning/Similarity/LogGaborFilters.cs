using static TorchSharp.torch;

namespace SsFer.Learning.Similarity;

/// <summary>
/// Log-Gabor filters of one orientation at four scales, as factors of a picture's spectrum (Kovesi 1999, "Image Features from Phase
/// Congruency", with the constants of Zhang et al. 2011): a Gaussian on the logarithm of the frequency times one on the angle, without the
/// corners of the spectrum.
/// </summary>
internal sealed class LogGaborFilters
{
    public const int Scales = 4;
    public const int Orientations = 4;

    private const double ShortestWave = 6; // pixels
    private const double WaveRatio = 2; // from one scale to the next
    private const double BandWidth = 0.55; // deviation of the logarithm of the frequency, as its exponential
    private const double AngleRatio = 1.2; // distance of orientations over the deviation of the angle
    private const double CutOff = 0.45; // of the low-pass filter, in cycles a pixel
    private const int CutOffOrder = 15;

    private readonly int _side;
    private readonly float[] _factors; // [Scales, S, S], frequencies in the order of a Fourier transform

    /// <param name="side">S of the pictures, in pixels.</param>
    /// <param name="orientation">From 0.</param>
    public LogGaborFilters(int side, int orientation)
    {
        (_side, _factors) = (side, new float[Scales * side * side]);
        var angle = orientation * Math.PI / Orientations;
        for (var row = 0; row < side; row++)
        {
            for (var column = 0; column < side; column++)
            {
                Fill(row, column, angle);
            }
        }

        using var scope = NewDisposeScope();
        var factors = Factors(float32, CPU).squeeze(0); // [Scales, S, S]
        var waves = fft.ifft2(factors).real.mul(tensor((float)side)); // n real parts of the impulse responses, times √(S · S)
        FirstEnergy = _factors.Take(side * side).Sum(factor => (double)factor * factor);
        OwnEnergy = waves.square().sum().item<float>();
        CrossEnergy = (waves.sum([0]).square().sum().item<float>() - OwnEnergy) / 2; // Σ over pairs of scales
    }

    /// <summary>Σ of the squared factors of the finest scale.</summary>
    public double FirstEnergy { get; }

    /// <summary>Σ of the squared impulse responses of all scales.</summary>
    public double OwnEnergy { get; }

    /// <summary>Σ of the products of the impulse responses of each two scales.</summary>
    public double CrossEnergy { get; }

    /// <summary>[1, Scales, S, S].</summary>
    public Tensor Factors(ScalarType type, Device device) => tensor(_factors, [1, Scales, _side, _side]).to(type).to(device);

    private void Fill(int row, int column, double orientation)
    {
        var (x, y) = (Frequency(column), Frequency(row));
        var radius = Math.Sqrt((x * x) + (y * y));
        if (radius == 0)
        {
            return; // no filter lets the mean through
        }

        var angle = Math.Atan2(-y, x) - orientation;
        var distance = Math.Abs(Math.Atan2(Math.Sin(angle), Math.Cos(angle)));
        var deviation = Math.PI / Orientations / AngleRatio;
        var direction = Math.Exp(-distance * distance / (2 * deviation * deviation));
        var lowPass = 1 / (1 + Math.Pow(radius / CutOff, 2 * CutOffOrder));
        for (var scale = 0; scale < Scales; scale++)
        {
            var octaves = Math.Log(radius * ShortestWave * Math.Pow(WaveRatio, scale)) / Math.Log(BandWidth);
            _factors[(((scale * _side) + row) * _side) + column] = (float)(Math.Exp(-octaves * octaves / 2) * lowPass * direction);
        }
    }

    /// <summary>Cycles a pixel of a place in a Fourier transform: 0, 1/S, ... up to a half, and then from minus a half.</summary>
    private double Frequency(int place) => (double)(place < (_side + 1) / 2 ? place : place - _side) / _side;
}
