using SkiaSharp;

namespace SsFer.Synthetic;

/// <summary>What lies between two points or heights, by share of the way.</summary>
internal static class FacePoints
{
    public static SKPoint Between(SKPoint from, SKPoint to, float share) =>
        new(from.X + (to.X - from.X) * share, from.Y + (to.Y - from.Y) * share);

    public static double Between(double from, double to, double share) => from + (to - from) * share;
}
