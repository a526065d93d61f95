using SkiaSharp;

namespace SsFer.Synthetic;

/// <summary>Lips, and what an open mouth shows.</summary>
internal sealed class MouthPainter(FaceDrawing drawing, FaceTraits traits, ActionUnits units)
{
    private readonly FacePose _pose = drawing.Pose;

    public void Paint()
    {
        var mouth = MouthShape.Of(traits, units);
        SKPoint left = _pose.Face(-mouth.HalfWidth, mouth.Corners),
            right = _pose.Face(mouth.HalfWidth, mouth.Corners);
        SKPoint At(double share, double level) => _pose.Face(share * mouth.HalfWidth, level, 0.04);
        using var opening = FaceDrawing.Smooth(
            [
                left,
                At(-0.5, mouth.TopSide),
                At(0, mouth.Top),
                At(0.5, mouth.TopSide),
                right,
                At(0.5, mouth.BottomSide),
                At(0, mouth.Bottom),
                At(-0.5, mouth.BottomSide),
            ],
            closed: true
        );
        drawing.Stroke(opening, traits.Lips, mouth.LipWidth);
        if (mouth.IsOpen)
        {
            drawing.Fill(opening, new SKColor(0xFF4A1016));
            drawing.Within(opening, () => PaintInside(mouth, At));
        }
        else
        {
            drawing.Line(
                traits.Lips.Darker(0.6),
                0.03,
                left,
                At(-0.5, (mouth.TopSide + mouth.BottomSide) / 2),
                At(0, (mouth.Top + mouth.Bottom) / 2),
                At(0.5, (mouth.TopSide + mouth.BottomSide) / 2),
                right
            );
        }

        drawing.Line(
            traits.Skin.Darker(0.45).Opaque(0.35),
            0.03,
            _pose.Face(-0.09, mouth.Bottom + 0.1, 0.03),
            _pose.Face(0, mouth.Bottom + 0.115, 0.03),
            _pose.Face(0.09, mouth.Bottom + 0.1, 0.03)
        );
    }

    private void PaintInside(MouthShape mouth, Func<double, double, SKPoint> at)
    {
        var teeth = new SKColor(0xFFF8F4EC);
        var height = mouth.Bottom - mouth.Top;
        if (units.ClenchedTeeth)
        {
            using var all = FaceDrawing.Smooth(
                [at(-0.95, mouth.Top), at(0.95, mouth.Top), at(0.95, mouth.Bottom), at(-0.95, mouth.Bottom)],
                closed: true
            );
            drawing.Fill(all, teeth);
            drawing.Line(
                new SKColor(0xFF8A7A74),
                0.014,
                at(-1, mouth.Corners),
                at(0, (mouth.Top + mouth.Bottom) / 2),
                at(1, mouth.Corners)
            );
            foreach (var x in (double[])[-0.5, -0.17, 0.17, 0.5])
            {
                drawing.Line(new SKColor(0xFFB5A9A2), 0.012, at(x, mouth.Top - 0.02), at(x, mouth.Bottom + 0.02));
            }

            return;
        }

        drawing.Disc(at(0, mouth.Bottom + 0.02), Math.Min(0.5 * height, 0.12) + 0.02, new SKColor(0xFFC0525A));
        var edge = Math.Min(0.07, 0.4 * height);
        drawing.Line(teeth, 2 * edge, at(-0.8, mouth.TopSide + 0.2 * edge), at(0, mouth.Top), at(0.8, mouth.TopSide + 0.2 * edge));
    }
}
