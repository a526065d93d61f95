using SsFer.Faces.Alignment;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Cutting;

/// <summary>
/// A picture of which no more pixels are decoded than are needed: as many as the detector sees, and where the faces it finds are small
/// in those, as many as they are cut from. Sizes and boxes are the upright picture's own. Not thread-safe.
/// </summary>
public sealed class Photograph
{
    private readonly PictureDecoder _decoder;
    private readonly PictureFile _file;
    private int _shrink;

    /// <param name="decoder">Decodes it, now and if need be again.</param>
    /// <param name="file">Within the budget.</param>
    /// <param name="leastSide">What the longer side should have at least, in pixels.</param>
    /// <param name="cancellationToken">Stops the decoding.</param>
    /// <exception cref="UnreadablePictureException">It is damaged or cut short.</exception>
    internal Photograph(PictureDecoder decoder, PictureFile file, int leastSide, CancellationToken cancellationToken)
    {
        (_decoder, _file) = (decoder, file);
        (Width, Height) = file.Header.UprightSize;
        _shrink = file.ShrinkFor((double)Math.Max(Width, Height) / leastSide);
        Pixels = decoder.Decode(file, _shrink, cancellationToken);
    }

    /// <summary>In pixels, whatever was decoded of them.</summary>
    public int Width { get; }

    /// <summary>In pixels, whatever was decoded of them.</summary>
    public int Height { get; }

    /// <summary>The picture, or a smaller version of it.</summary>
    internal Picture Pixels { get; private set; }

    /// <summary>From the picture's coordinates to those of <see cref="Pixels"/>.</summary>
    internal AffineMap Scaling => AffineMap.Scaling((double)Pixels.Width / Width, (double)Pixels.Height / Height);

    /// <summary>Decodes it again where that gives more pixels and they are needed.</summary>
    /// <param name="most">How many of the picture's pixels, across or down, one of the decoded ones may stand for.</param>
    /// <param name="cancellationToken">Stops the decoding.</param>
    internal void Refine(double most, CancellationToken cancellationToken)
    {
        if (_shrink > 1 && _shrink > most)
        {
            _shrink = _file.ShrinkFor(most);
            Pixels = _decoder.Decode(_file, _shrink, cancellationToken);
        }
    }

    internal DetectedFace ToPixels(DetectedFace face) => Scaled(face, (float)Pixels.Width / Width, (float)Pixels.Height / Height);

    internal DetectedFace FromPixels(DetectedFace face) => Scaled(face, (float)Width / Pixels.Width, (float)Height / Pixels.Height);

    private static DetectedFace Scaled(DetectedFace face, float x, float y) =>
        (x, y) == (1, 1)
            ? face
            : face with
            {
                Box = face.Box.Scale(x, y),
                Landmarks = [.. face.Landmarks.Select(point => new Landmark(point.X * x, point.Y * y))],
            };
}
