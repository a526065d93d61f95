using SkiaSharp;

namespace SsFer.Synthetic;

/// <summary>Brows, eyes, nose and mouth: the parts that an expression moves.</summary>
internal sealed class FeaturePainter(FaceDrawing drawing, FaceTraits traits, ActionUnits units)
{
    private const double EyeLevel = -0.07;
    private static readonly SKColor Ink = new(0xFF2A1A18);
    private readonly FacePose _pose = drawing.Pose;
    private readonly SKColor _line = traits.Skin.Darker(0.45);

    /// <summary>
    /// The person's right eye (left in the picture), left eye, tip of the nose, right and left corner of the mouth; in pixels.
    /// </summary>
    public IReadOnlyList<SKPoint> Landmarks =>
        [
            _pose.Face(-traits.EyeDistance, EyeLevel),
            _pose.Face(traits.EyeDistance, EyeLevel),
            _pose.Face(0, EyeLevel + traits.NoseLength, 0.16),
            _pose.Face(-Mouth.HalfWidth, Mouth.Corners),
            _pose.Face(Mouth.HalfWidth, Mouth.Corners),
        ];

    private MouthShape Mouth => MouthShape.Of(traits, units);

    public void Paint()
    {
        PaintFolds();
        PaintNose();
        new MouthPainter(drawing, traits, units).Paint();
        foreach (var side in (int[])[-1, 1])
        {
            PaintEye(side);
            PaintBrow(side);
        }
    }

    private void PaintEye(int side)
    {
        var (x, half) = (side * traits.EyeDistance, traits.EyeSize);
        var open = half * Math.Max(0.1, 0.52 + 0.42 * units.UpperLidRaise - 0.24 * units.LidTighten - 0.26 * units.CheekRaise);
        var lower = half * Math.Max(0.05, 0.36 - 0.14 * units.LidTighten - 0.34 * units.CheekRaise);
        var droop = 0.06 * Math.Min(units.InnerBrowRaise, 1) * Math.Max(0, 1 - 1.5 * units.UpperLidRaise);
        var glare = 0.05 * units.BrowLower * Math.Max(0, 1 - units.InnerBrowRaise);
        SKPoint At(double along, double up) => _pose.Face(x + side * along, EyeLevel + up); // along: outwards
        SKPoint inner = At(-half, -0.4 * droop + glare * 0.4),
            outer = At(half, 0.6 * droop);
        SKPoint upperInner = At(-0.45 * half, -open * 0.85 + glare),
            upperOuter = At(0.4 * half, -open + droop);

        using var eye = FaceDrawing.Smooth(
            [inner, upperInner, upperOuter, outer, At(0.4 * half, lower), At(-0.4 * half, lower)],
            closed: true
        );
        drawing.Fill(eye, new SKColor(0xFFF7F3EF));
        drawing.Within(eye, () =>
        {
            var iris = 0.56 * half;
            var centre = At(side * traits.Gaze.X * iris, (0.1 + traits.Gaze.Y) * iris - 0.15 * open);
            drawing.Disc(centre, iris, traits.Iris.Darker(0.35));
            drawing.Disc(centre, 0.8 * iris, traits.Iris);
            drawing.Disc(centre, 0.45 * iris, SKColors.Black);
            drawing.Disc(
                centre + new SKPoint((float)(-0.3 * iris * _pose.Scale), (float)(-0.35 * iris * _pose.Scale)),
                0.2 * iris,
                SKColors.White
            );
            drawing.Line(SKColors.Black.Opaque(0.25), 0.06, inner, upperInner, upperOuter, outer);
        });
        drawing.Line(Ink, 0.035, inner, upperInner, upperOuter, outer);
        drawing.Line(_line.Opaque(0.55), 0.018, outer, At(0.4 * half, lower), At(-0.4 * half, lower));
        drawing.Line(
            _line.Opaque(0.5),
            0.02,
            At(-0.7 * half, -open - 0.03 + glare),
            At(0.1 * half, -open - 0.06),
            At(0.8 * half, -0.6 * open - 0.03 + droop)
        );
        var bag = Math.Max(units.CheekRaise, 0.7 * units.LidTighten);
        drawing.Line(_line.Opaque(0.5 * bag), 0.022, At(-0.7 * half, lower + 0.05), At(0, lower + 0.07), At(0.8 * half, lower + 0.04));
        if (units.CheekRaise > 0.3)
        {
            drawing.Line(_line.Opaque(0.5 * units.CheekRaise), 0.018, At(1.25 * half, -0.02), At(1.6 * half, -0.06));
            drawing.Line(_line.Opaque(0.5 * units.CheekRaise), 0.018, At(1.25 * half, 0.03), At(1.6 * half, 0.05));
        }
    }

    private void PaintBrow(int side)
    {
        var level = EyeLevel - traits.BrowHeight;
        var (inner, middle, outer) = (
            -0.19 * units.InnerBrowRaise
                + 0.19 * units.BrowLower * (1 - 0.5 * Math.Min(1, units.InnerBrowRaise))
                + 0.05 * units.NoseWrinkle,
            -0.07 * units.InnerBrowRaise - 0.13 * units.OuterBrowRaise + 0.09 * units.BrowLower,
            -0.15 * units.OuterBrowRaise + 0.08 * units.InnerBrowRaise - 0.06 * units.BrowLower + 0.04 * units.NoseWrinkle
        );
        var start = traits.EyeDistance - 0.2 - 0.05 * units.BrowLower;
        SKPoint a = _pose.Face(side * start, level + 0.02 + inner),
            b = _pose.Face(side * (traits.EyeDistance + 0.02), level - 0.02 + middle),
            c = _pose.Face(side * (traits.EyeDistance + 0.22), level + 0.05 + outer);
        var color = traits.Hair.Towards(Ink, 0.45);
        drawing.Line(color, traits.BrowWidth * 0.7, a, b, c);
        drawing.Line(color, traits.BrowWidth, a, FacePoints.Between(a, b, 0.6f));
    }

    private void PaintNose()
    {
        var tip = EyeLevel + traits.NoseLength + 0.06 - 0.04 * units.NoseWrinkle;
        var half = traits.NoseWidth * (1 + 0.2 * units.NoseWrinkle + 0.1 * units.LipCornerPull);
        var shadow = _pose.Yaw >= 0 ? -1 : 1;
        drawing.Glow(_pose.Face(0, tip - 0.05, 0.14), 0.13, traits.Skin.Lighter(0.35).Opaque(0.7));
        drawing.Line(
            _line.Opaque(0.35),
            0.03,
            _pose.Face(shadow * 0.07, EyeLevel - 0.06),
            _pose.Face(shadow * 0.06, tip - 0.14, 0.06),
            _pose.Face(shadow * half, tip - 0.02, 0.05)
        );
        drawing.Line(
            _line.Opaque(0.9),
            0.03,
            _pose.Face(-half, tip - 0.03, 0.05),
            _pose.Face(-0.6 * half, tip + 0.035, 0.08),
            _pose.Face(0, tip + 0.03, 0.13),
            _pose.Face(0.6 * half, tip + 0.035, 0.08),
            _pose.Face(half, tip - 0.03, 0.05)
        );
        if (units.NoseWrinkle <= 0.1)
        {
            return;
        }

        var wrinkle = _line.Opaque(0.85 * Math.Min(1, units.NoseWrinkle));
        foreach (var level in (double[])[EyeLevel - 0.06, EyeLevel + 0.02, EyeLevel + 0.10])
        {
            drawing.Line(
                wrinkle,
                0.026,
                _pose.Face(-0.10, level + 0.03),
                _pose.Face(0, level - 0.01, 0.05),
                _pose.Face(0.10, level + 0.03)
            );
        }
    }

    /// <summary>Lines that a moved face throws: between and above the brows, from the nose to the mouth.</summary>
    private void PaintFolds()
    {
        var frown = Math.Min(1, units.BrowLower);
        foreach (var side in (int[])[-1, 1])
        {
            drawing.Line(
                _line.Opaque(0.8 * frown),
                0.026,
                _pose.Face(side * 0.05, EyeLevel - 0.28),
                _pose.Face(side * 0.04, EyeLevel - 0.14)
            );
            var cheek = Math.Min(1, Math.Max(units.NoseWrinkle, Math.Max(units.LipCornerPull, 0.8 * units.UpperLipRaise)));
            drawing.Line(
                _line.Opaque(0.65 * cheek),
                0.026,
                _pose.Face(side * (traits.NoseWidth + 0.03), EyeLevel + traits.NoseLength),
                _pose.Face(side * (Mouth.HalfWidth + 0.05), Mouth.Corners - 0.13),
                _pose.Face(side * (Mouth.HalfWidth + 0.08), Mouth.Corners + 0.02)
            );
            drawing.Glow(_pose.Face(side * 0.42, 0.24), 0.24, new SKColor(0xFFE0564E).Opaque(0.10 + 0.22 * units.CheekRaise));
        }

        var surprise = Math.Min(1, Math.Max(units.InnerBrowRaise, units.OuterBrowRaise));
        var reach = 0.12 + 0.2 * Math.Min(1, units.OuterBrowRaise);
        foreach (var level in (double[])[-0.56, -0.66])
        {
            drawing.Line(
                _line.Opaque(0.5 * surprise),
                0.022,
                _pose.Face(-reach, level + 0.02),
                _pose.Face(0, level),
                _pose.Face(reach, level + 0.02)
            );
        }
    }
}
