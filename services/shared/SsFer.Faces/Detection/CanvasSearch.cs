using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Detection;

/// <summary>Looks at a picture through a canvas of fixed size, with the border that the options ask for.</summary>
/// <param name="width">Of the canvas, in pixels.</param>
/// <param name="height">Of the canvas, in pixels.</param>
/// <param name="border"><see cref="DetectorOptions.Border"/>.</param>
/// <param name="look">From a canvas (height x width x 3 bytes) to the faces on it in canvas pixels, the most certain first.</param>
internal sealed class CanvasSearch(int width, int height, float? border, Func<byte[], IReadOnlyList<DetectedFace>> look)
{
    // Larger faces than this share of the canvas get boxes that are too small, and second boxes on mouth or eye.
    private const float LargestFace = 0.4f;
    private const float BorderForLargeFaces = 0.5f;

    public IReadOnlyList<DetectedFace> Find(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (border is { } share)
        {
            return Look(picture, share, out _);
        }

        var faces = Look(picture, 1, out var placement);
        if (faces.Length > 0 && !faces.Any(face => IsLarge(placement.ToCanvas(face.Box))))
        {
            return faces;
        }

        var framed = Look(picture, BorderForLargeFaces, out _);
        return framed.Length > 0 ? framed : faces;
    }

    private DetectedFace[] Look(Picture picture, float share, out CanvasPlacement placement)
    {
        var placed = placement = CanvasPlacement.Centred(picture.Width, picture.Height, width, height, share);
        return [.. look(placed.Paint(picture, width, height)).Select(placed.ToPicture)];
    }

    private bool IsLarge(FaceBox onCanvas) => Math.Max(onCanvas.Width, onCanvas.Height) > LargestFace * Math.Min(width, height);
}
