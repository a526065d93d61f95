using SkiaSharp;

namespace SsFer.Synthetic;

/// <summary>What light and camera do to a picture: a side in shade, exposure, colour cast, and grain.</summary>
internal static class Camera
{
    public static void Light(SKCanvas canvas, int size, FaceRandom random)
    {
        var (direction, strength) = (random.Next(0, 2 * Math.PI), random.Next(0, 0.45));
        var (sin, cos) = Math.SinCos(direction);
        SKPoint Edge(double sign) => new((float)(size * (0.5 + sign * 0.5 * cos)), (float)(size * (0.5 + sign * 0.5 * sin)));
        using var shader = SKShader.CreateLinearGradient(
            Edge(-1),
            Edge(1),
            [SKColors.Black.Opaque(strength), SKColors.Black.WithAlpha(0), SKColors.White.Opaque(0.35 * strength)],
            [0, 0.55f, 1],
            SKShaderTileMode.Clamp
        );
        using var shade = new SKPaint { Shader = shader };
        canvas.DrawPaint(shade);
    }

    /// <summary>RGB bytes, row by row, from RGBA ones, exposed and grained.</summary>
    public static byte[] Develop(ReadOnlySpan<byte> rgba, FaceRandom random)
    {
        var (exposure, contrast, grain) = (random.Around(12), random.Next(0.8, 1.1), random.Next(0.5, 4));
        Span<double> cast = [random.Around(4), random.Around(2), random.Around(5)];
        var rgb = new byte[rgba.Length / 4 * 3];
        for (var pixel = 0; pixel < rgba.Length / 4; pixel++)
        {
            var noise = random.Around(grain); // the same in all channels, as in a dim room
            for (var channel = 0; channel < 3; channel++)
            {
                var value = 128 + contrast * (rgba[4 * pixel + channel] - 128) + exposure + cast[channel] + noise;
                rgb[3 * pixel + channel] = (byte)Math.Clamp(Math.Round(value), 0, 255);
            }
        }

        return rgb;
    }
}
