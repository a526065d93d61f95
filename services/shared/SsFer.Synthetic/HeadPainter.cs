using SkiaSharp;

namespace SsFer.Synthetic;

/// <summary>Head, body and what is worn; with its hair all that keeps still while the expression changes.</summary>
internal sealed class HeadPainter : IDisposable
{
    private readonly FaceDrawing _drawing;
    private readonly FacePose _pose;
    private readonly FaceTraits _traits;
    private readonly HairPainter _hair;

    /// <param name="drawing">Where to paint.</param>
    /// <param name="traits">Whom to paint.</param>
    /// <param name="jawDrop">How far the chin goes down.</param>
    public HeadPainter(FaceDrawing drawing, FaceTraits traits, double jawDrop)
    {
        (_drawing, _pose, _traits, _hair) = (drawing, drawing.Pose, traits, new HairPainter(drawing, traits));
        var (w, j, chin) = (traits.Width, traits.Jaw, 1 + 0.10 * jawDrop);
        Outline = FaceDrawing.Smooth(
            [
                At(0, -1),
                At(0.62 * w, -0.87),
                At(0.97 * w, -0.45),
                At(w, 0),
                At(0.94 * w, 0.38),
                At(j, 0.76 * chin),
                At(0.2, 0.98 * chin),
                At(-0.2, 0.98 * chin),
                At(-j, 0.76 * chin),
                At(-0.94 * w, 0.38),
                At(-w, 0),
                At(-0.97 * w, -0.45),
                At(-0.62 * w, -0.87),
            ],
            closed: true
        );
    }

    /// <summary>The head without hair and ears, in pixels: the face box is around it.</summary>
    public SKPath Outline { get; }

    public static void PaintBackground(SKCanvas canvas, int size, FaceRandom random)
    {
        SKColor Wall() => SKColor.FromHsv((float)random.Next(0, 360), (float)random.Next(5, 55), (float)random.Next(25, 95));
        using var gradient = SKShader.CreateLinearGradient(
            new SKPoint((float)random.Next(0, size), 0),
            new SKPoint((float)random.Next(0, size), size),
            [Wall(), Wall()],
            SKShaderTileMode.Clamp
        );
        using var wall = new SKPaint { Shader = gradient };
        canvas.DrawPaint(wall);
        for (var i = (int)random.Next(0, 7); i > 0; i--)
        {
            using var paint = new SKPaint { IsAntialias = true, Color = Wall().Opaque(random.Next(0.2, 0.8)) };
            var (x, y, extent) = ((float)random.Next(0, size), (float)random.Next(0, size), (float)(size * random.Next(0.05, 0.3)));
            if (random.Chance(0.5))
            {
                canvas.DrawCircle(x, y, extent, paint);
            }
            else
            {
                canvas.DrawRect(x, y, extent, (float)(size * random.Next(0.05, 0.6)), paint);
            }
        }
    }

    /// <summary>What the face's parts are painted over.</summary>
    public void PaintBehindFeatures(FaceRandom random)
    {
        _hair.PaintBehindHead();
        PaintBody();
        PaintEars();
        PaintSkin();
        if (_traits.Freckles)
        {
            for (var i = 0; i < 22; i++)
            {
                _drawing.Disc(_pose.Face(random.Around(0.26), 0.14 + random.Around(0.07)), 0.014, _traits.Skin.Darker(0.4).Opaque(0.6));
            }
        }

        _hair.PaintBeard(Outline);
    }

    /// <summary>What lies over the face's parts.</summary>
    public void PaintBeforeFeatures()
    {
        _hair.PaintMoustache();
        _hair.PaintOverForehead();
        if (_traits.Glasses)
        {
            PaintGlasses();
        }
    }

    public void Dispose() => Outline.Dispose();

    private SKPoint At(double x, double y) => _pose.Outline(x, y);

    private void PaintSkin()
    {
        var skin = _traits.Skin;
        using var shader = SKShader.CreateRadialGradient(
            _pose.Face(0, -0.2),
            (float)(1.35 * _pose.Scale),
            [skin.Lighter(0.10), skin, skin.Darker(0.28)],
            [0, 0.55f, 1],
            SKShaderTileMode.Clamp
        );
        _drawing.Fill(Outline, shader);
        _drawing.Stroke(Outline, skin.Darker(0.45).Opaque(0.7), 0.02);
    }

    private void PaintBody()
    {
        using var shirt = FaceDrawing.Smooth(
            [At(-1.7, 2.4), At(-1.35, 1.55), At(-0.45, 1.22), At(0.45, 1.22), At(1.35, 1.55), At(1.7, 2.4)],
            closed: true
        );
        _drawing.Fill(shirt, _traits.Shirt);
        using var neck = FaceDrawing.Smooth(
            [At(-0.38, 0.5), At(-0.36, 1.1), At(-0.44, 1.3), At(0, 1.5), At(0.44, 1.3), At(0.36, 1.1), At(0.38, 0.5)],
            closed: true
        );
        _drawing.Fill(neck, _traits.Skin.Darker(0.28));
    }

    private void PaintEars()
    {
        foreach (var side in (int[])[-1, 1])
        {
            var centre = _pose.Flat(side * (_traits.Width + 0.02) - 0.12 * Math.Sin(_pose.Yaw), 0.06 - 0.2 * Math.Sin(_pose.Pitch));
            _drawing.Disc(centre, 0.15, _traits.Skin.Darker(0.12));
            _drawing.Disc(centre, 0.08, _traits.Skin.Darker(0.3));
            if (_traits.Earrings)
            {
                _drawing.Disc(centre + new SKPoint(0, (float)(0.19 * _pose.Scale)), 0.055, new SKColor(0xFFE6C34A));
            }
        }
    }

    private void PaintGlasses()
    {
        const double Level = -0.05;
        var (x, half) = (_traits.EyeDistance, 0.245);
        foreach (var side in (int[])[-1, 1])
        {
            SKPoint Rim(double across, double down) => _pose.Face(side * x + across * half, Level + down * half, 0.08);
            var corner = _traits.RoundGlasses ? 0.72 : 0.9;
            var low = _traits.RoundGlasses ? 1 : 0.8;
            using var rim = FaceDrawing.Smooth(
                [
                    Rim(0, -low),
                    Rim(corner, -corner * low),
                    Rim(1, 0),
                    Rim(corner, corner * low),
                    Rim(0, low),
                    Rim(-corner, corner * low),
                    Rim(-1, 0),
                    Rim(-corner, -corner * low),
                ],
                closed: true
            );
            _drawing.Fill(rim, SKColors.White.Opaque(0.14));
            _drawing.Stroke(rim, _traits.Frames, 0.035);
            _drawing.Line(_traits.Frames, 0.03, Rim(side, -0.2), _pose.Flat(side * _traits.Width - 0.1 * Math.Sin(_pose.Yaw), -0.08));
        }

        _drawing.Line(
            _traits.Frames,
            0.03,
            _pose.Face(-x + half, Level, 0.08),
            _pose.Face(0, Level - 0.03, 0.1),
            _pose.Face(x - half, Level, 0.08)
        );
    }
}
