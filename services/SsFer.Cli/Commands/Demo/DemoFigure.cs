using System.Globalization;
using SkiaSharp;
using SsFer.Cli.Drawing;
using SsFer.Cli.Terminal;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Demo;

/// <summary>
/// The demo's picture: what the product says of faces, how the autoencoder completes them, how FaceMix mixes them, and what each part
/// adds.
/// </summary>
internal sealed class DemoFigure : IDisposable
{
    public const int Width = 1200;
    public const int Height = 1404;

    private const int Margin = 40;
    private const int Tile = 128;
    private const int Columns = 8;
    private const float Gap = (Width - 2f * Margin - Columns * Tile) / (Columns - 1);
    private static readonly SKColor Paper = new(0xFFFCFBF8);
    private static readonly SKColor Ink = new(0xFF23272E);
    private static readonly SKColor Muted = new(0xFF7A808A);
    private static readonly SKColor Right = new(0xFF2B9A5B);
    private static readonly SKColor Wrong = new(0xFFD0453A);
    private static readonly SKColor First = new(0xFF2F6FBF);
    private static readonly SKColor Second = new(0xFFE08A1E);
    private readonly SKSurface _surface = SKSurface.Create(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));

    private SKCanvas Canvas => _surface.Canvas;

    /// <summary>A PNG of <see cref="Width"/> x <see cref="Height"/> pixels.</summary>
    public static byte[] Draw(DemoScenes scenes, IReadOnlyList<DemoRow> rows)
    {
        using var figure = new DemoFigure();
        figure.Canvas.Clear(Paper);
        StrokeFont.Write(figure.Canvas, "SsFer", new SKPoint(Margin, 76), 34, Ink, 0.13f);
        StrokeFont.Write(
            figure.Canvas,
            $"expressions from {ProgressText.Count(scenes.Labels)} labelled faces; all of them are drawn, none is a person",
            new SKPoint(Margin + 160, 74),
            16,
            Muted
        );
        figure.DrawPredictions(scenes.Predicted, 118);
        figure.DrawRepainted(scenes.Repainted, 504);
        figure.DrawMixed(scenes.Mixed, 970);
        figure.DrawRows(rows, scenes.TestFaces, 1184);
        return SkiaPicture.ToPng(figure._surface);
    }

    public void Dispose() => _surface.Dispose();

    private static float Column(int index) => Margin + index * (Tile + Gap);

    private void Heading(string title, string words, float y)
    {
        StrokeFont.Write(Canvas, title, new SKPoint(Margin, y), 17, Ink, 0.13f);
        StrokeFont.Write(Canvas, words, new SKPoint(Margin + StrokeFont.Width(title, 17) + 18, y), 13, Muted);
    }

    private void DrawPredictions(IReadOnlyList<PredictedFace> faces, float top)
    {
        Heading("What it says", "the first faces of the test split, with the prediction; where that is wrong, the truth below", top + 14);
        for (var i = 0; i < faces.Count; i++)
        {
            var (x, y) = (Column(i % Columns), top + 32 + i / Columns * (Tile + 42));
            DrawTile(faces[i].Picture, x, y);
            var color = faces[i].IsRight ? Right : Wrong;
            DrawMark(faces[i].IsRight, x + 6, y + Tile + 13, color);
            StrokeFont.Write(Canvas, faces[i].Prediction, new SKPoint(x + 20, y + Tile + 18), 12, color, 0.12f);
            if (!faces[i].IsRight)
            {
                StrokeFont.Write(Canvas, faces[i].Truth, new SKPoint(x + 20, y + Tile + 34), 10, Muted);
            }
        }
    }

    private void DrawRepainted(IReadOnlyList<RepaintedFace> faces, float top)
    {
        Heading(
            "What pre-training learns",
            "three of four patches removed, what the autoencoder paints into the holes, the original",
            top + 14
        );
        for (var i = 0; i < faces.Count; i++)
        {
            DrawTile(faces[i].Masked, Column(i), top + 32);
            DrawTile(faces[i].Repainted, Column(i), top + 32 + Tile + 8);
            DrawTile(faces[i].Original, Column(i), top + 32 + 2 * (Tile + 8));
        }
    }

    private void DrawMixed(IReadOnlyList<MixedFaces> pairs, float top)
    {
        Heading("FaceMix", "mixes two faces, and weighs their own labels by \u03BA: one minus the overlap of the two boxes", top + 14);
        const float Small = 112;
        var stride = (Width - 2f * Margin + 28) / pairs.Count;
        for (var i = 0; i < pairs.Count; i++)
        {
            var (x, y, pair) = (Margin + i * stride, top + 32, pairs[i]);
            DrawTile(pair.First.Picture, x, y, Small);
            DrawBox(pair.First.Box, x, y, Small, First);
            DrawTile(pair.Second.Picture, x + Small + 6, y, Small);
            DrawBox(pair.Second.Box, x + Small + 6, y, Small, Second);
            DrawTile(pair.Mixed, x + 2 * (Small + 6), y, Small);
            DrawBox(pair.First.Box, x + 2 * (Small + 6), y, Small, First);
            DrawBox(pair.Second.Box, x + 2 * (Small + 6), y, Small, Second);
            StrokeFont.Write(Canvas, pair.First.Label, new SKPoint(x, y + Small + 19), 11, First, 0.12f);
            StrokeFont.Write(Canvas, pair.Second.Label, new SKPoint(x + Small + 6, y + Small + 19), 11, Second, 0.12f);
            StrokeFont.Write(
                Canvas,
                string.Create(CultureInfo.InvariantCulture, $"\u03BA = {pair.Kappa:0.00}, \u03BB = {pair.Lambda:0.00}"),
                new SKPoint(x + 2 * (Small + 6), y + Small + 19),
                11,
                Ink,
                0.12f
            );
        }
    }

    private void DrawRows(IReadOnlyList<DemoRow> rows, int faces, float top)
    {
        Heading("What each part adds", $"accuracy on {ProgressText.Count(faces)} drawn test faces, with its 95 % interval", top + 14);
        const float Left = Margin + 190;
        const float Right = Width - Margin - 80;
        using var bar = new SKPaint { IsAntialias = true };
        using var line = new SKPaint
        {
            IsAntialias = true,
            Color = Ink,
            StrokeWidth = 2,
            StrokeCap = SKStrokeCap.Round,
        };
        for (var i = 0; i < rows.Count; i++)
        {
            var y = top + 38 + i * 40;
            float At(double share) => Left + (float)share * (Right - Left);
            StrokeFont.Write(Canvas, rows[i].Model, new SKPoint(Margin, y + 20), 14, Ink);
            bar.Color = new SKColor(0xFFEDEBE5);
            Canvas.DrawRoundRect(Left, y, Right - Left, 28, 5, 5, bar);
            bar.Color = First.WithAlpha((byte)(110 + 45 * i));
            Canvas.DrawRoundRect(Left, y, At(rows[i].Accuracy) - Left, 28, 5, 5, bar);
            Canvas.DrawLine(At(rows[i].Lower), y + 14, At(rows[i].Upper), y + 14, line);
            StrokeFont.Write(
                Canvas,
                string.Create(CultureInfo.InvariantCulture, $"{100 * rows[i].Accuracy:0.0} %"),
                new SKPoint(Right + 14, y + 20),
                14,
                Ink,
                0.13f
            );
        }
    }

    private void DrawTile(Picture picture, float x, float y, float side = Tile)
    {
        using var bitmap = SkiaPicture.ToBitmap(picture);
        using var image = SKImage.FromBitmap(bitmap);
        var place = SKRect.Create(x, y, side, side);
        using var rounded = new SKRoundRect(place, 7);
        Canvas.Save();
        Canvas.ClipRoundRect(rounded, antialias: true);
        Canvas.DrawImage(image, place, new SKSamplingOptions(SKCubicResampler.Mitchell));
        Canvas.Restore();
    }

    private void DrawBox(FaceBox box, float x, float y, float side, SKColor color)
    {
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = 2.5f,
            Color = color,
        };
        Canvas.DrawRoundRect(x + box.X0 * side, y + box.Y0 * side, (box.X1 - box.X0) * side, (box.Y1 - box.Y0) * side, 3, 3, paint);
    }

    private void DrawMark(bool right, float x, float y, SKColor color)
    {
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = 2.4f,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
            Color = color,
        };
        using var path = SKPath.ParseSvgPathData(right ? "M-5 0 L-1.5 4 L5 -4" : "M-4 -4 L4 4 M4 -4 L-4 4");
        Canvas.Save();
        Canvas.Translate(x, y);
        Canvas.DrawPath(path, paint);
        Canvas.Restore();
    }
}
