using SkiaSharp;

namespace SsFer.Synthetic;

/// <summary>A canvas with what painting a face takes; widths in units of half the head's height.</summary>
internal sealed class FaceDrawing(SKCanvas canvas, FacePose pose) : IDisposable
{
    private readonly SKPaint _fill = new() { IsAntialias = true };
    private readonly SKPaint _stroke = new()
    {
        IsAntialias = true,
        Style = SKPaintStyle.Stroke,
        StrokeCap = SKStrokeCap.Round,
        StrokeJoin = SKStrokeJoin.Round,
    };

    public SKCanvas Canvas => canvas;

    public FacePose Pose => pose;

    public void Fill(SKPath path, SKColor color)
    {
        _fill.Color = color;
        canvas.DrawPath(path, _fill);
    }

    public void Fill(SKPath path, SKShader shader)
    {
        using var paint = new SKPaint { IsAntialias = true, Shader = shader };
        canvas.DrawPath(path, paint);
    }

    public void Stroke(SKPath path, SKColor color, double width)
    {
        (_stroke.Color, _stroke.StrokeWidth) = (color, (float)(width * pose.Scale));
        canvas.DrawPath(path, _stroke);
    }

    /// <summary>A smooth open line through the points.</summary>
    public void Line(SKColor color, double width, params ReadOnlySpan<SKPoint> points)
    {
        using var path = Smooth(points, closed: false);
        Stroke(path, color, width);
    }

    /// <summary>A disc, its radius in units of half the head's height.</summary>
    public void Disc(SKPoint centre, double radius, SKColor color)
    {
        _fill.Color = color;
        canvas.DrawCircle(centre, (float)(radius * pose.Scale), _fill);
    }

    /// <summary>A spot without an edge.</summary>
    public void Glow(SKPoint centre, double radius, SKColor color)
    {
        var pixels = (float)(radius * pose.Scale);
        using var shader = SKShader.CreateRadialGradient(centre, pixels, [color, color.WithAlpha(0)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { IsAntialias = true, Shader = shader };
        canvas.DrawCircle(centre, pixels, paint);
    }

    /// <summary>Paints with everything outside <paramref name="path"/> kept as it is.</summary>
    public void Within(SKPath path, Action paint)
    {
        canvas.Save();
        canvas.ClipPath(path, antialias: true);
        paint();
        canvas.Restore();
    }

    /// <summary>A Catmull-Rom curve through the points.</summary>
    public static SKPath Smooth(ReadOnlySpan<SKPoint> points, bool closed)
    {
        var path = new SKPath();
        path.MoveTo(points[0]);
        var segments = closed ? points.Length : points.Length - 1;
        for (var i = 0; i < segments; i++)
        {
            var (before, from, to, after) = (
                At(points, i - 1, closed),
                At(points, i, closed),
                At(points, i + 1, closed),
                At(points, i + 2, closed)
            );
            path.CubicTo(
                from + new SKPoint((to.X - before.X) / 6, (to.Y - before.Y) / 6),
                to - new SKPoint((after.X - from.X) / 6, (after.Y - from.Y) / 6),
                to
            );
        }

        if (closed)
        {
            path.Close();
        }

        return path;
    }

    public void Dispose()
    {
        _fill.Dispose();
        _stroke.Dispose();
    }

    private static SKPoint At(ReadOnlySpan<SKPoint> points, int index, bool closed) =>
        points[closed ? (index + points.Length) % points.Length : Math.Clamp(index, 0, points.Length - 1)];
}
