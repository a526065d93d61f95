using SkiaSharp;

namespace SsFer.Synthetic;

/// <summary>Hair and beard.</summary>
internal sealed class HairPainter(FaceDrawing drawing, FaceTraits traits)
{
    private readonly FacePose _pose = drawing.Pose;

    public void PaintBehindHead()
    {
        var (w, hair) = (traits.Width, traits.Hair.Darker(0.15));
        switch (traits.Style)
        {
            case HairStyle.Long:
                FillSmooth(
                    hair,
                    At(0, -1.2),
                    At(w + 0.18, -0.75),
                    At(w + 0.28, 0.3),
                    At(w + 0.22, 1.45),
                    At(0.3, 1.5),
                    At(-0.3, 1.5),
                    At(-w - 0.22, 1.45),
                    At(-w - 0.28, 0.3),
                    At(-w - 0.18, -0.75)
                );
                break;
            case HairStyle.Bob:
                FillSmooth(
                    hair,
                    At(0, -1.2),
                    At(w + 0.16, -0.75),
                    At(w + 0.26, 0.1),
                    At(w + 0.16, 0.72),
                    At(0.3, 0.8),
                    At(-0.3, 0.8),
                    At(-w - 0.16, 0.72),
                    At(-w - 0.26, 0.1),
                    At(-w - 0.16, -0.75)
                );
                break;
            case HairStyle.Curls:
                foreach (
                    var (x, y) in ((double, double)[])
                        [
                            (0, -1.02),
                            (0.4, -0.98),
                            (-0.4, -0.98),
                            (0.72, -0.72),
                            (-0.72, -0.72),
                            (0.86, -0.35),
                            (-0.86, -0.35),
                            (0.88, 0),
                            (-0.88, 0),
                        ]
                )
                {
                    drawing.Disc(_pose.Flat(x, y), 0.32, hair);
                }

                break;
            case HairStyle.Bun:
                drawing.Disc(_pose.Flat(0.1 * traits.Parting, -1.25), 0.3, hair);
                break;
            default:
                break;
        }
    }

    public void PaintOverForehead()
    {
        var (w, side, hair) = (traits.Width + 0.04, traits.Parting, traits.Hair);
        switch (traits.Style)
        {
            case HairStyle.None:
                drawing.Glow(_pose.Flat(-0.2, -0.78), 0.35, SKColors.White.Opaque(0.25));
                break;
            case HairStyle.Cropped:
                FillSmooth(
                    hair,
                    At(0, -1.08),
                    At(0.64 * w, -0.96),
                    At(w, -0.5),
                    At(w, -0.12),
                    Hairline(0.86 * w, -0.36),
                    Hairline(0.5, -0.66),
                    Hairline(0, -0.70),
                    Hairline(-0.5, -0.66),
                    Hairline(-0.86 * w, -0.36),
                    At(-w, -0.12),
                    At(-w, -0.5),
                    At(-0.64 * w, -0.96)
                );
                break;
            case HairStyle.Fringe or HairStyle.Curls:
                FillSmooth(
                    hair,
                    At(0, -1.12),
                    At(0.66 * w, -0.98),
                    At(w + 0.03, -0.5),
                    At(w, -0.05),
                    Hairline(0.85 * w, -0.36),
                    Hairline(0.3, -0.50),
                    Hairline(0, -0.53),
                    Hairline(-0.3, -0.50),
                    Hairline(-0.85 * w, -0.36),
                    At(-w, -0.05),
                    At(-w - 0.03, -0.5),
                    At(-0.66 * w, -0.98)
                );
                break;
            default:
                // Parted: high on the side of the parting, falling over the forehead on the other.
                FillSmooth(
                    hair,
                    At(0, -1.14),
                    At(0.66 * w, -1.0),
                    At(w + 0.05, -0.5),
                    At(w + 0.02, 0.05),
                    Hairline(0.9 * w, -0.25),
                    Hairline(0.45, side > 0 ? -0.72 : -0.55),
                    Hairline(0.22 * side, -0.80),
                    Hairline(-0.45, side > 0 ? -0.55 : -0.72),
                    Hairline(-0.9 * w, -0.25),
                    At(-w - 0.02, 0.05),
                    At(-w - 0.05, -0.5),
                    At(-0.66 * w, -1.0)
                );
                break;
        }

        if (traits.Style != HairStyle.None)
        {
            drawing.Line(hair.Lighter(0.35).Opaque(0.5), 0.05, At(-0.45, -0.86), At(-0.15, -0.98), At(0.2, -0.97));
        }
    }

    public void PaintMoustache()
    {
        if (traits.Beard is Beard.Moustache or Beard.Full)
        {
            var level = traits.MouthHeight - 0.10;
            drawing.Line(
                traits.Hair,
                0.08,
                _pose.Face(-0.22, level + 0.05),
                _pose.Face(-0.08, level - 0.01, 0.06),
                _pose.Face(0, level + 0.015, 0.07),
                _pose.Face(0.08, level - 0.01, 0.06),
                _pose.Face(0.22, level + 0.05)
            );
        }
    }

    /// <param name="outline">The head, whose edge a beard keeps to.</param>
    public void PaintBeard(SKPath outline)
    {
        if (traits.Beard is not (Beard.Stubble or Beard.Full))
        {
            return;
        }

        var color = traits.Beard == Beard.Full ? traits.Hair : traits.Hair.Opaque(0.35);
        drawing.Within(outline, () =>
        {
            var (w, mouth) = (traits.Width, traits.MouthHeight);
            FillSmooth(
                color,
                At(w, 0.1),
                At(0.8 * w, 0.32),
                _pose.Face(0.36, mouth - 0.1),
                _pose.Face(0, mouth - 0.14, 0.04),
                _pose.Face(-0.36, mouth - 0.1),
                At(-0.8 * w, 0.32),
                At(-w, 0.1),
                At(-w - 0.1, 1.2),
                At(0, 1.4),
                At(w + 0.1, 1.2)
            );
        });
        if (traits.Beard != Beard.Full)
        {
            return;
        }

        using var lips = FaceDrawing.Smooth(
            [
                _pose.Face(-0.27, traits.MouthHeight),
                _pose.Face(0, traits.MouthHeight - 0.08),
                _pose.Face(0.27, traits.MouthHeight),
                _pose.Face(0, traits.MouthHeight + 0.1),
            ],
            closed: true
        );
        drawing.Fill(lips, traits.Skin.Darker(0.1));
    }

    private SKPoint At(double x, double y) => _pose.Outline(x, y);

    private SKPoint Hairline(double x, double y) => FacePoints.Between(At(x, y), _pose.Face(x, y), 0.5f);

    private void FillSmooth(SKColor color, params ReadOnlySpan<SKPoint> points)
    {
        using var path = FaceDrawing.Smooth(points, closed: true);
        drawing.Fill(path, color);
    }
}
