using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Demo;

/// <summary>Normalised views [N, 3, S, S] back to pictures.</summary>
internal sealed class ViewPixels(int size, Normalisation normalisation)
{
    private const byte RemovedGrey = 205;

    private readonly int _plane = size * size;

    /// <summary>View number <paramref name="n"/>.</summary>
    public Picture Picture(float[] views, int n) => new(size, size, Bytes(index => views[n * 3 * _plane + index]));

    /// <summary>lambda x_i + (1 - lambda) x_j.</summary>
    public Picture Mixture(float[] views, int i, int j, double lambda) =>
        new(size, size, Bytes(index => (float)(lambda * views[i * 3 * _plane + index] + (1 - lambda) * views[j * 3 * _plane + index])));

    /// <summary>The view with removed patches, flat [N, L] row by row, in plain grey.</summary>
    public Picture WithoutPatches(float[] views, int n, int patch, bool[] removed)
    {
        var bytes = Bytes(index => views[n * 3 * _plane + index]);
        var grid = size / patch;
        for (var pixel = 0; pixel < _plane; pixel++)
        {
            if (removed[n * grid * grid + pixel / size / patch * grid + pixel % size / patch])
            {
                bytes.AsSpan(3 * pixel, 3).Fill(RemovedGrey);
            }
        }

        return new Picture(size, size, bytes);
    }

    private byte[] Bytes(Func<int, float> planar)
    {
        var bytes = new byte[3 * _plane];
        for (var channel = 0; channel < 3; channel++)
        {
            for (var pixel = 0; pixel < _plane; pixel++)
            {
                var value = planar(channel * _plane + pixel) * normalisation.Std[channel] + normalisation.Mean[channel];
                bytes[3 * pixel + channel] = (byte)Math.Clamp(Math.Round(255 * value), 0, 255);
            }
        }

        return bytes;
    }
}
