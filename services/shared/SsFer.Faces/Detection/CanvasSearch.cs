using System.Buffers;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Detection;

/// <summary>From a canvas to the faces on it.</summary>
/// <param name="canvas">height x width x 3 bytes.</param>
/// <returns>Faces in canvas pixels, the most certain first.</returns>
internal delegate IReadOnlyList<DetectedFace> CanvasLook(ReadOnlySpan<byte> canvas);

/// <summary>Looks at a picture through a canvas of fixed size, with the border that the options ask for.</summary>
/// <param name="width">Of the canvas, in pixels.</param>
/// <param name="height">Of the canvas, in pixels.</param>
/// <param name="border"><see cref="DetectorOptions.Border"/>.</param>
/// <param name="framesSmall">
/// Whether a picture that fits on the canvas is looked at with the border first: for a small canvas, where such a picture is most often
/// one large face.
/// </param>
/// <param name="look">The detector.</param>
internal sealed class CanvasSearch(int width, int height, float? border, bool framesSmall, CanvasLook look)
{
    // Larger faces than this share of the canvas get boxes that are too small, and second boxes on mouth or eye.
    private const float LargestFace = 0.4f;
    private const float BorderForLargeFaces = 0.5f;

    public IReadOnlyList<DetectedFace> Find(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (border is { } share)
        {
            return Look(picture, Place(picture, share));
        }

        // The look that a large face needs, where there most likely is one, and then the only look.
        var whole = Place(picture, 1);
        var framed = framesSmall && picture.Width <= width && picture.Height <= height ? LookFramed(picture) : null;
        if (framed is not null && HasLarge(framed, whole))
        {
            return framed;
        }

        var faces = Look(picture, whole);
        if (faces.Length > 0 && !HasLarge(faces, whole))
        {
            return faces;
        }

        framed ??= LookFramed(picture);
        return framed.Length > 0 ? framed : faces;
    }

    private CanvasPlacement Place(Picture picture, float share) =>
        CanvasPlacement.Centred(picture.Width, picture.Height, width, height, share);

    private DetectedFace[] LookFramed(Picture picture) => Look(picture, Place(picture, BorderForLargeFaces));

    private DetectedFace[] Look(Picture picture, CanvasPlacement placement)
    {
        var rented = ArrayPool<byte>.Shared.Rent(width * height * 3);
        try
        {
            var canvas = rented.AsSpan(0, width * height * 3);
            placement.Paint(picture, canvas, width);
            return [.. look(canvas).Select(placement.ToPicture)];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private bool HasLarge(DetectedFace[] faces, CanvasPlacement whole) =>
        faces.Select(face => whole.ToCanvas(face.Box)).Any(box => Math.Max(box.Width, box.Height) > LargestFace * Math.Min(width, height));
}
