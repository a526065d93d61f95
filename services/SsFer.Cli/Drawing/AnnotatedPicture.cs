using System.Globalization;
using SkiaSharp;
using SsFer.Faces.Imaging;
using SsFer.Inference;

namespace SsFer.Cli.Drawing;

/// <summary>A picture with the boxes of its faces, each beside bars of what it may express.</summary>
internal static class AnnotatedPicture
{
    /// <summary>Longer side from which lettering is readable; smaller pictures are enlarged.</summary>
    private const float SmallestSide = 720;

    private const int MostBars = 4;
    private const float Letters = 9;
    private const float Row = 17;
    private const float BarWidth = 44;
    private const float Edge = 6;

    private static readonly SKColor Ground = new(0xD0FFFFFF);
    private static readonly SKColor Ink = new(0xFF23272E);
    private static readonly SKColor[] Colours = [new(0xFF2F6FBF), new(0xFFE08A1E), new(0xFF2B9A5B), new(0xFFB03A8C), new(0xFF8A6D1F)];

    /// <summary>A PNG, as large as the picture or enlarged so that it can be read.</summary>
    /// <param name="picture">Upright, as its faces' boxes are.</param>
    /// <param name="faces">Their boxes in pixels of the picture.</param>
    public static byte[] Draw(Picture picture, IReadOnlyList<FaceAnswer> faces)
    {
        var scale = Math.Max(1, SmallestSide / Math.Max(picture.Width, picture.Height));
        var size = new SKSizeI((int)MathF.Round(picture.Width * scale), (int)MathF.Round(picture.Height * scale));
        // Of a photograph of many megapixels the lettering would be too small to see.
        var unit = Math.Max(1, Math.Max(size.Width, size.Height) / 1600f);
        using var surface = SKSurface.Create(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var bitmap = SkiaPicture.ToBitmap(picture))
        using (var image = SKImage.FromBitmap(bitmap))
        {
            surface.Canvas.DrawImage(image, SKRect.Create(size.Width, size.Height), new SKSamplingOptions(SKCubicResampler.Mitchell));
        }

        // Panels come last, and over the smaller faces' boxes: those of the largest faces stay in sight.
        SKRect[] boxes = [.. faces.Select(face => Scaled(face.Box, scale))];
        for (var i = 0; i < boxes.Length; i++)
        {
            DrawBox(surface.Canvas, boxes[i], ColourOf(i), unit);
        }

        var taken = new List<SKRect>(boxes);
        for (var i = 0; i < boxes.Length; i++)
        {
            var bars = faces[i].Probabilities.Take(MostBars).ToList();
            var panel = PanelSize(bars, unit);
            var place = Place(boxes[i], panel, size, taken);
            taken.Add(place);
            DrawPanel(surface.Canvas, place, bars, ColourOf(i), unit);
        }

        return SkiaPicture.ToPng(surface);
    }

    private static SKColor ColourOf(int face) => Colours[face % Colours.Length];

    private static SKRect Scaled(PixelBox box, float scale) =>
        new(box.Left * scale, box.Top * scale, box.Right * scale, box.Bottom * scale);

    private static void DrawBox(SKCanvas canvas, SKRect box, SKColor colour, float unit)
    {
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = 3 * unit,
            Color = colour,
        };
        canvas.DrawRoundRect(box, 4 * unit, 4 * unit, paint);
    }

    private static SKSize PanelSize(List<ClassProbability> bars, float unit)
    {
        var letters = bars.Max(bar => StrokeFont.Width(Text(bar), Letters * unit));
        return new SKSize(letters + ((BarWidth + (3 * Edge)) * unit), ((bars.Count * Row) + Edge) * unit);
    }

    /// <summary>Beside, under or over the box, where it covers least of other faces and panels; always inside the picture.</summary>
    private static SKRect Place(SKRect box, SKSize panel, SKSizeI picture, List<SKRect> taken)
    {
        SKPoint[] corners =
        [
            new(box.Left, box.Bottom + Edge),
            new(box.Right + Edge, box.Top),
            new(box.Left - panel.Width - Edge, box.Top),
            new(box.Left, box.Top - panel.Height - Edge),
            new(box.Left, box.Bottom - panel.Height),
        ];
        return corners
            .Select(corner =>
                SKRect.Create(
                    Math.Clamp(corner.X, 0, Math.Max(0, picture.Width - panel.Width)),
                    Math.Clamp(corner.Y, 0, Math.Max(0, picture.Height - panel.Height)),
                    panel.Width,
                    panel.Height
                )
            )
            .MinBy(place => taken.Sum(other => Overlap(place, other)));
    }

    private static float Overlap(SKRect a, SKRect b)
    {
        var shared = SKRect.Intersect(a, b);
        return shared.Width * shared.Height;
    }

    private static void DrawPanel(SKCanvas canvas, SKRect place, List<ClassProbability> bars, SKColor colour, float unit)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = Ground };
        canvas.DrawRoundRect(place, 3 * unit, 3 * unit, paint);
        for (var i = 0; i < bars.Count; i++)
        {
            var top = place.Top + ((Edge + (i * Row)) * unit);
            var left = place.Left + (Edge * unit);
            paint.Color = colour.WithAlpha(60);
            canvas.DrawRect(left, top, BarWidth * unit, (Row - Edge) * unit, paint);
            paint.Color = colour;
            canvas.DrawRect(left, top, BarWidth * unit * bars[i].Probability, (Row - Edge) * unit, paint);
            StrokeFont.Write(
                canvas,
                Text(bars[i]),
                new SKPoint(left + ((BarWidth + Edge) * unit), top + (Letters * unit) + unit),
                Letters * unit,
                Ink,
                i == 0 ? 0.16f : 0.11f
            );
        }
    }

    private static string Text(ClassProbability bar) =>
        string.Create(CultureInfo.InvariantCulture, $"{bar.Expression} {bar.Probability:P0}");
}
