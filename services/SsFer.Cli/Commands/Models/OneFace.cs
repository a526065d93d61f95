using SsFer.Faces.Imaging;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;

namespace SsFer.Cli.Commands.Models;

/// <summary>A picture as the one face to classify; nothing is known of it.</summary>
internal sealed class OneFace(Picture picture) : IFaceSource
{
    public int Count => 1;

    public PlanarImage Read(int index)
    {
        var pixels = picture.Pixels;
        var plane = picture.Width * picture.Height;
        var planar = new byte[3 * plane];
        for (var i = 0; i < planar.Length; i++)
        {
            planar[i] = pixels[(3 * (i % plane)) + (i / plane)];
        }

        return new PlanarImage(planar, 3, picture.Height, picture.Width);
    }

    public FaceBox? BoxOf(int index) => null;

    public int LabelOf(int index) => -1;
}
