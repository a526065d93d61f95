using SkiaSharp;

namespace SsFer.Synthetic;

/// <summary>
/// Where a head is and how it is turned. A point of the face is given as if it looked straight ahead: x to the right and y down in
/// units of half the head's height, (0, -1) the crown, (0, 1) the chin. It lies on an ellipsoid, which is turned about its centre
/// and projected in parallel.
/// </summary>
internal sealed record FacePose
{
    private const double Depth = 0.85;

    /// <summary>Radians; positive turns the face to the right of the picture.</summary>
    public required double Yaw { get; init; }

    /// <summary>Radians; positive looks down.</summary>
    public required double Pitch { get; init; }

    /// <summary>Radians, clockwise as seen.</summary>
    public required double Roll { get; init; }

    /// <summary>Centre of the head in pixels.</summary>
    public required SKPoint Centre { get; init; }

    /// <summary>Half the head's height in pixels.</summary>
    public required double Scale { get; init; }

    /// <summary>
    /// A pose as in the crops that faces are trained on: the head fills 82 to 90 % of the height, mostly upright and towards the
    /// camera.
    /// </summary>
    public static FacePose Draw(FaceRandom random, int size) =>
        new()
        {
            Yaw = random.Around(0.15),
            Pitch = random.Around(0.10),
            Roll = random.Around(0.07),
            Centre = new SKPoint((float)(size * random.Next(0.48, 0.52)), (float)(size * random.Next(0.50, 0.53))),
            Scale = size * random.Next(0.41, 0.45),
        };

    /// <summary>A point on the face, lifted from it by <paramref name="lift"/>, in pixels.</summary>
    public SKPoint Face(double x, double y, double lift = 0)
    {
        var z = Depth * Math.Sqrt(Math.Max(0.02, 1 - 0.95 * x * x / 0.72 - 0.55 * y * y)) + lift;
        var (across, towards) = (x * Math.Cos(Yaw) + z * Math.Sin(Yaw), z * Math.Cos(Yaw) - x * Math.Sin(Yaw));
        return Flat(across, y * Math.Cos(Pitch) + (towards - 0.35) * Math.Sin(Pitch));
    }

    /// <summary>
    /// A point of the head's outline, of hair or of ears: what is seen edge-on moves little; the chin goes along with the face.
    /// </summary>
    public SKPoint Outline(double x, double y)
    {
        var chin = Math.Max(0, y + 0.2) / 1.2;
        return Flat(x + 0.28 * Math.Sin(Yaw) * chin, y + 0.12 * Math.Sin(Pitch) * chin);
    }

    /// <summary>In pixels, by the head's own scale and roll alone.</summary>
    public SKPoint Flat(double x, double y)
    {
        var (sin, cos) = Math.SinCos(Roll);
        return new SKPoint((float)(Centre.X + Scale * (x * cos - y * sin)), (float)(Centre.Y + Scale * (x * sin + y * cos)));
    }
}
