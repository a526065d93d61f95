using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Alignment;

/// <summary>Cuts a face out of its picture: a square around it, turned so that the eyes are level, resized.</summary>
public static class FaceAligner
{
    /// <summary>
    /// Prepares one face. No pixel is ever invented: the square is moved to lie inside the picture, and it is turned only where
    /// there is room to. So a tight crop (FERPlus, LFW: the face fills the frame) is not turned, since that would draw in corners
    /// that nobody photographed, and keeps its whole frame, or the largest square around the face where the frame is not square; at
    /// the size asked for it keeps its very bytes. Without a face the whole picture is resized to a square.
    /// </summary>
    public static AlignedFace Align(Picture picture, DetectedFace? face, AlignmentOptions options)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(options);
        if (face is null)
        {
            return new AlignedFace(picture.Resize(options.Size, options.Size), null, [])
            {
                Placement = AffineMap.Scaling((double)options.Size / picture.Width, (double)options.Size / picture.Height),
            };
        }

        var square = FaceSquare.Around(face, picture.Width, picture.Height, options);
        var (aligned, transform) = square.Angle == 0 ? CutUpright(picture, square, options.Size) : CutTurned(picture, square, options.Size);
        return new AlignedFace(
            aligned,
            transform.Map(face.Box).ClipTo(options.Size, options.Size),
            [.. face.Landmarks.Select(transform.Map)]
        )
        {
            Placement = transform.ToAffine(),
        };
    }

    /// <summary>On whole pixels, so that what needs no resizing stays as it is.</summary>
    private static (Picture, SimilarityTransform) CutUpright(Picture picture, FaceSquare square, int size)
    {
        var side = Math.Clamp((int)Math.Round(square.Side), 1, Math.Min(picture.Width, picture.Height));
        var left = Math.Clamp((int)Math.Round(square.Centre.X - side / 2.0), 0, picture.Width - side);
        var top = Math.Clamp((int)Math.Round(square.Centre.Y - side / 2.0), 0, picture.Height - side);
        var transform = SimilarityTransform.FromSquare((left + side / 2.0, top + side / 2.0), side, 0, size);
        return (picture.Crop(left, top, side, side).Resize(size, size), transform);
    }

    /// <summary>
    /// Shrinks first, with a kernel that sees every pixel, then turns at about full size, where four pixels across are enough.
    /// </summary>
    private static (Picture, SimilarityTransform) CutTurned(Picture picture, FaceSquare square, int size)
    {
        const int Surround = 4; // source pixels that the kernels want around the square
        var shrink = Math.Min(1, size / square.Side);
        var reach = square.UprightSide / 2 + Surround / shrink;
        var (left, right) = Range(square.Centre.X, reach, picture.Width);
        var (top, bottom) = Range(square.Centre.Y, reach, picture.Height);
        var part = picture.Crop(left, top, right - left, bottom - top);
        var small = part.Resize(Math.Max(1, (int)Math.Round(part.Width * shrink)), Math.Max(1, (int)Math.Round(part.Height * shrink)));

        var transform = SimilarityTransform.FromSquare(square.Centre, square.Side, square.Angle, size);
        var (fromX, fromY) = ((double)part.Width / small.Width, (double)part.Height / small.Height);
        double[] matrix = [transform.A * fromX, -transform.B * fromY, transform.B * fromX, transform.A * fromY];
        return (small.Warp(matrix, transform.Map(left, top), size, size), transform);
    }

    private static (int From, int To) Range(double centre, double reach, int length) =>
        (Math.Max(0, (int)Math.Floor(centre - reach)), Math.Min(length, (int)Math.Ceiling(centre + reach)));
}
